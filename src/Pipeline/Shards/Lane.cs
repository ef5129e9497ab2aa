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

    /// <summary>Puts a batch behind those that come before the backlog.</summary>
    public void Append(Batch batch)
    {
        batch.Lane = index;
        First.AddLast(batch);
    }

    /// <summary>Puts a remembered batch before those that came after it in the earlier life.</summary>
    public void Insert(Batch batch)
    {
        var after = First.First;
        while (after is not null && after.Value.Rank <= batch.Rank)
        {
            after = after.Next;
        }

        _ = after is null ? First.AddLast(batch) : First.AddBefore(after, batch);
    }

    /// <summary>The tumbling window that the lane is in; null in none.</summary>
    public OpenWindow? Window { get; set; }

    /// <summary>The batch that is being invoked or handed over; null where none is.</summary>
    public Batch? Running { get; set; }
}
