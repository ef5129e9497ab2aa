namespace Dispatcher.Testing.Contracts;

/// <summary>A clock that says what the test set; its timers are the system's.</summary>
public sealed class SetClock : TimeProvider
{
    /// <summary>Milliseconds since 1970.</summary>
    public long NowMs { get; set; } = 1_700_000_000_000;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(NowMs);
}
