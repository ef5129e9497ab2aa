using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Destinations;
using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Functions;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Names;

namespace Dispatcher.Gateway.Lambda.Functions;

/// <summary>The queue that a function's DeadLetterConfig names: a function whose dead letters nobody can take is not made.</summary>
internal sealed class DeadLetterTarget(IEnumerable<IDestinationWriter> writers, DispatcherConfig server)
{
    private readonly IDestinationWriter[] _writers = [.. writers];

    /// <summary>Checks that dead letters can be sent where a function wants them.</summary>
    /// <exception cref="ServiceException">They cannot.</exception>
    public async ValueTask CheckAsync(FunctionConfig config, CancellationToken cancellation)
    {
        if (config.DeadLetterTarget is not { } target)
        {
            return;
        }

        var isQueue = Arn.TryParse(target, out var arn) && arn.Service == "sqs";
        var writer = isQueue ? Array.Find(_writers, one => one.Handles(target)) : null;
        await (writer ?? throw ServiceException.Invalid(
            $"The dead-letter target {target} is not supported: it must be the ARN of an SQS queue of this server.")).CheckAsync(
            new MappingConfig { Uuid = "", FunctionArn = new FunctionRef(config.Name, null).ToArn(server.Region, server.Account), OnFailureDestination = target },
            cancellation);
    }
}
