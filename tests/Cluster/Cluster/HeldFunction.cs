using System.Threading.Channels;
using Dispatcher.Contracts.Invocations;

namespace Dispatcher.Cluster.Tests.Cluster;

/// <summary>A function on all silos whose calls the test ends one by one; counts how many run at a time.</summary>
internal sealed class HeldFunction
{
    private readonly Channel<HeldCall> _begun = Channel.CreateUnbounded<HeldCall>();
    private int _running;
    private int _most;

    /// <summary>The most that ever ran at a time.</summary>
    public int Most => Volatile.Read(ref _most);

    public int Running => Volatile.Read(ref _running);

    /// <summary>The function on one silo.</summary>
    public IFunctionHandler On(string silo) => new Handler(this, silo);

    /// <summary>The next call that has begun.</summary>
    public async Task<HeldCall> NextAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        return await _begun.Reader.ReadAsync(patience.Token);
    }

    public bool TryNext(out HeldCall? call) => _begun.Reader.TryRead(out call);

    private async ValueTask<ReadOnlyMemory<byte>> RunAsync(string silo)
    {
        var running = Interlocked.Increment(ref _running);
        for (var most = Most; running > most && Interlocked.CompareExchange(ref _most, running, most) != most; most = Most)
        {
        }

        var call = new HeldCall(silo);
        await _begun.Writer.WriteAsync(call);
        await call.Ended;
        Interlocked.Decrement(ref _running);
        return "{}"u8.ToArray();
    }

    private sealed class Handler(HeldFunction owner, string silo) : IFunctionHandler
    {
        public ValueTask<ReadOnlyMemory<byte>> HandleAsync(InvocationRequest request, CancellationToken cancellation) => owner.RunAsync(silo);
    }
}
