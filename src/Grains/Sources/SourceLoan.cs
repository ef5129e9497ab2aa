using Dispatcher.Contracts.Sources;

namespace Dispatcher.Grains.Sources;

/// <summary>A borrowed source.</summary>
internal sealed class SourceLoan(ISource source, Func<ValueTask> giveBack) : IAsyncDisposable
{
    private Func<ValueTask>? _giveBack = giveBack;

    /// <summary>The source; not to be disposed by the borrower.</summary>
    public ISource Source => source;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Interlocked.Exchange(ref _giveBack, null)?.Invoke() ?? ValueTask.CompletedTask;
}
