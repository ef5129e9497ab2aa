using Dispatcher.Contracts.Diagnostics;
using Orleans;

namespace Dispatcher.Silo.Orleans.Hosting;

/// <summary>A gateway is ready while it is connected to a silo.</summary>
internal sealed class GatewayReadiness : IReadiness
{
    private volatile int _silos = -1;

    /// <summary>Orleans tells how many silos it is connected to; it does not tell the first number.</summary>
    public void Changed(object? sender, GatewayCountChangedEventArgs args) => _silos = args.NumberOfConnectedGateways;

    /// <inheritdoc/>
    public ValueTask<string?> WhyNotAsync(CancellationToken cancellation)
        => new(_silos == 0 ? "cluster: no silo can be reached" : null);
}
