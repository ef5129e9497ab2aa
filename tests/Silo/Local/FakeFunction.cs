using System.Collections.Concurrent;
using Dispatcher.Contracts.Grains;

namespace Dispatcher.Silo.Tests.Local;

internal sealed class FakeFunction(ConcurrentQueue<string> disposed) : IFunctionGrain, IAsyncDisposable
{
    public Task<PermitLoan> RenewAsync(PermitReport report, CancellationToken cancellation) => Task.FromResult(new PermitLoan(report.Waiting, 0));

    public ValueTask DisposeAsync()
    {
        disposed.Enqueue("function");
        return ValueTask.CompletedTask;
    }
}
