using System.Text.Json;
using Dispatcher.Contracts.Checkpoints;
using Dispatcher.Contracts.Store;

namespace Dispatcher.Adapters.Stores;

/// <summary>Checkpoints as stores keep them.</summary>
internal static class CheckpointJson
{
    /// <summary>A checkpoint as JSON.</summary>
    public static byte[] Write(Checkpoint checkpoint) => JsonSerializer.SerializeToUtf8Bytes(checkpoint, ContractsJson.Default.Checkpoint);

    /// <summary>The checkpoint of a shard.</summary>
    /// <exception cref="StoreException">It cannot be read.</exception>
    public static Checkpoint Read(ReadOnlySpan<byte> body, string shard)
    {
        try
        {
            return JsonSerializer.Deserialize(body, ContractsJson.Default.Checkpoint)
                ?? throw new StoreException($"the checkpoint of {shard} is empty");
        }
        catch (JsonException e)
        {
            throw new StoreException($"the checkpoint of {shard} cannot be read: {e.Message}", e);
        }
    }
}
