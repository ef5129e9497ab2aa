using Dispatcher.Pipeline.Windows;

namespace Dispatcher.Pipeline.Shards;

/// <summary>One of the sequences of a shard that run side by side.</summary>
internal sealed class Lane(int index, Backlog backlog)
{
    /// <summary>0..lanes-1.</summary>
    public int Index => index;

    /// <summary>Records that wait for a batch; one for all lanes where the source has no order.</summary>
    public Backlog Backlog => backlog;

    /// <summary>Batches that come before anything in the backlog: halves of a bisected one, those of an earlier life.</summary>
    public LinkedList<Batch> First { get; } = new();

    /// <summary>The tumbling window that the lane is in; null in none.</summary>
    public OpenWindow? Window { get; set; }

    /// <summary>The batch that is being invoked or handed over; null where none is.</summary>
    public Batch? Running { get; set; }
}
