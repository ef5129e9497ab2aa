namespace Dispatcher.Adapters.RemoteWorkers;

/// <summary>A request or an invocation that is with a pool.</summary>
internal sealed class RemotePoolUse(RemotePools pools, RemotePool pool) : IDisposable
{
    public RemotePool Pool => pool;

    /// <inheritdoc/>
    public void Dispose() => pools.Leave(pool);
}
