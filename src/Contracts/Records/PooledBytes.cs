using System.Buffers;

namespace Dispatcher.Contracts.Records;

/// <summary>Pooled memory that grows.</summary>
public static class PooledBytes
{
    /// <summary>Makes room for more bytes behind those in use, which are kept; memory that is too small goes back to the pool.</summary>
    /// <param name="bytes">Memory from the shared pool; another one afterwards where it was too small.</param>
    /// <param name="used">Bytes in use at its beginning.</param>
    /// <param name="more">Bytes wanted behind them.</param>
    public static void Ensure(ref byte[] bytes, int used, int more)
    {
        if (bytes.Length - used < more)
        {
            Grow(ref bytes, used, more);
        }
    }

    private static void Grow(ref byte[] bytes, int used, int more)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(bytes.Length * 2, used + more));
        bytes.AsSpan(0, used).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(bytes);
        bytes = larger;
    }
}
