using System.Collections.Concurrent;
using Dispatcher.Contracts.Grains;

namespace Dispatcher.Silo.Tests.Local;

internal sealed class FakeFunction(ConcurrentQueue<string> disposed) : IFunctionGrain, IAsyncDisposable
{
    public Task<PermitLoan> LendAsync(string silo, int wanted, CancellationToken cancellation) => Task.FromResult(new PermitLoan(wanted, 0));

    public Task ReturnAsync(string silo, int permits, CancellationToken cancellation) => Task.CompletedTask;

    public ValueTask DisposeAsync()
    {
        disposed.Enqueue("function");
        return ValueTask.CompletedTask;
    }
}
