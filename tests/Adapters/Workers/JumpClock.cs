namespace Dispatcher.Adapters.Tests.Workers;

/// <summary>The system's clock, which a test can set forward; timers that are due then run at once.</summary>
internal sealed class JumpClock : TimeProvider
{
    private readonly List<JumpTimer> _timers = [];
    private TimeSpan _jumped;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + _jumped;

    public override long GetTimestamp() => base.GetTimestamp() + (long)(_jumped.TotalSeconds * TimestampFrequency);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (period == Timeout.InfiniteTimeSpan)
        {
            return base.CreateTimer(callback, state, dueTime, period); // timeouts of real work stay real
        }

        var timer = new JumpTimer(() => callback(state), dueTime, period);
        _timers.Add(timer);
        return timer;
    }

    /// <summary>Sets the clock forward and runs periodic timers that are due.</summary>
    public void Advance(TimeSpan time)
    {
        _jumped += time;
        _timers.ForEach(timer => timer.Advance(time));
    }

    private sealed class JumpTimer(Action run, TimeSpan due, TimeSpan period) : ITimer
    {
        private TimeSpan _left = due;
        private bool _stopped;

        public void Advance(TimeSpan time)
        {
            for (_left -= time; _left <= TimeSpan.Zero && !_stopped; _left += period)
            {
                run();
            }
        }

        public bool Change(TimeSpan dueTime, TimeSpan period) => throw new NotSupportedException("Not used.");

        public void Dispose() => _stopped = true;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
