using Dispatcher.Contracts.Checkpoints;

namespace Dispatcher.Grains.Leases;

/// <summary>
/// One shard's lease as its owner holds it: good until nobody has heard from the store for the lease time, and again once the
/// store has confirmed it; over for good once the store knows a newer epoch.
/// </summary>
internal sealed class HeldLease : IDisposable
{
    private readonly TimeProvider _time;
    private readonly TimeSpan _length;
    private readonly Action _changed;
    private readonly Action<HeldLease> _leave;
    private long _confirmed;
    private volatile bool _lost;

    /// <summary>A lease.</summary>
    /// <param name="claim">What was taken.</param>
    /// <param name="takenAt">Time stamp from before it was taken.</param>
    /// <param name="length">How long it holds without a word from the store; infinite where nobody else can take it.</param>
    /// <param name="time">Where time stamps come from.</param>
    /// <param name="changed">Called when it is good again or lost; must not block.</param>
    /// <param name="leave">Called once at the end.</param>
    public HeldLease(LeaseClaim claim, long takenAt, TimeSpan length, TimeProvider time, Action changed, Action<HeldLease> leave)
        => (Claim, _confirmed, _length, _time, _changed, _leave) = (claim, takenAt, length, time, changed, leave);

    /// <summary>The shard and the epoch.</summary>
    public LeaseClaim Claim { get; }

    /// <summary>Whether work may be begun.</summary>
    public bool Holds => !_lost && !IsOver(Volatile.Read(ref _confirmed));

    /// <summary>Whether somebody else has the shard.</summary>
    public bool IsLost => _lost;

    /// <summary>How long ago the store confirmed it.</summary>
    public TimeSpan Age => _time.GetElapsedTime(Volatile.Read(ref _confirmed));

    /// <summary>The store knew this epoch as the newest one.</summary>
    /// <param name="at">Time stamp from before it was asked.</param>
    public void Confirm(long at)
    {
        var before = Volatile.Read(ref _confirmed);
        while (at > before)
        {
            var seen = Interlocked.CompareExchange(ref _confirmed, at, before);
            if (seen == before)
            {
                // Whoever saw that it was over saw it before now, so he is told.
                if (IsOver(before))
                {
                    _changed();
                }

                return;
            }

            before = seen;
        }
    }

    /// <summary>The store knows a newer epoch.</summary>
    public void Lose()
    {
        _lost = true;
        _changed();
    }

    /// <summary>The shard is given up: nobody asks for it any more.</summary>
    public void Dispose() => _leave(this);

    private bool IsOver(long confirmed) => _length != Timeout.InfiniteTimeSpan && _time.GetElapsedTime(confirmed) >= _length;
}
