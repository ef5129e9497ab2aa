using Dispatcher.Contracts.Functions;
using Dispatcher.Contracts.Invocations;

namespace Dispatcher.Gateway.Lambda.Functions;

/// <summary>Asks the way to run a function whether it can.</summary>
internal sealed class FunctionHosts(IEnumerable<IFunctionRuntime> runtimes)
{
    private readonly IFunctionRuntime[] _runtimes = [.. runtimes];

    /// <summary>Checks that the function can be run here.</summary>
    /// <exception cref="Contracts.Errors.ServiceException">It cannot; the text says why.</exception>
    public ValueTask CheckAsync(FunctionConfig config, ReadOnlyMemory<byte> archive, CancellationToken cancellation)
    {
        var host = Array.Find(_runtimes, one => one.Handles(config))
            ?? throw (config.ImageUri is { } uri ? FunctionErrors.NoImages(uri) : FunctionErrors.NoHost($"the runtime {config.Runtime}"));
        return host.ValidateAsync(config, archive, cancellation);
    }
}
