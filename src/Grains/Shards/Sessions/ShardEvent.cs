using System.Diagnostics;
using Dispatcher.Contracts.Checkpoints;
using Dispatcher.Contracts.Grains;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Records;
using Dispatcher.Pipeline.Shards;

namespace Dispatcher.Grains.Shards.Sessions;

/// <summary>What a shard's loop reacts to.</summary>
internal abstract record ShardEvent
{
    private ShardEvent()
    {
    }

    /// <summary>Time has passed: something that was to wait may go on.</summary>
    public sealed record Tick : ShardEvent
    {
        public static readonly Tick Instance = new();
    }

    /// <summary>A read brought records.</summary>
    public sealed record PageRead(RecordPage Page) : ShardEvent;

    /// <summary>A read failed; the reader may be asked again.</summary>
    public sealed record ReadFailed(Exception Error) : ShardEvent;

    /// <summary>The read was cancelled because the shard stops.</summary>
    public sealed record ReadCancelled : ShardEvent
    {
        public static readonly ReadCancelled Instance = new();
    }

    /// <summary>A batch has ended.</summary>
    public sealed record BatchEnded(Batch Batch, BatchResult Result) : ShardEvent
    {
        /// <summary>Its span; empty where nobody listens.</summary>
        public ActivityContext Span { get; init; }
    }

    /// <summary>A checkpoint is saved, or not; with the counts as they were when it was taken.</summary>
    public sealed record CheckpointEnded(CheckpointWrite Write, long Passed, long Done, Exception? Error) : ShardEvent;

    /// <summary>The mapping was told how the last batch ended.</summary>
    public sealed record Reported : ShardEvent
    {
        public static readonly Reported Instance = new();
    }

    /// <summary>The mapping has changed.</summary>
    public sealed record Configured(MappingConfig Config) : ShardEvent;

    /// <summary>Somebody asks what the shard does.</summary>
    public sealed record Asked(TaskCompletionSource<ShardStatus> Answer) : ShardEvent;

    /// <summary>The shard is to be given up when its batches have ended.</summary>
    public sealed record Stop : ShardEvent
    {
        public static readonly Stop Instance = new();
    }
}
