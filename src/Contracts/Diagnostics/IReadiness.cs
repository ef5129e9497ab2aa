namespace Dispatcher.Contracts.Diagnostics;

/// <summary>A part that can tell whether the process should get requests now; every registered one is asked.</summary>
public interface IReadiness
{
    /// <summary>Why it should not, in a few words; null where it should.</summary>
    ValueTask<string?> WhyNotAsync(CancellationToken cancellation);
}
