using System.Diagnostics;
using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Diagnostics;
using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Invocations;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Grains.Functions;

/// <summary>Lets a function's runtime run an invocation, and measures it.</summary>
internal sealed partial class FunctionRunner(DispatcherConfig config, Instruments instruments, TimeProvider time, ILogger<FunctionInvoker> logger)
{
    /// <summary>Runs an invocation that has its permit.</summary>
    public async ValueTask<InvocationOutcome> RunAsync(FoundFunction found, InvocationRequest request, CancellationToken cancellation)
    {
        using var span = instruments.Span("invoke", ActivityKind.Internal);
        span?.SetTag("faas.invoked_name", request.Function.Name).SetTag("faas.invocation_id", request.RequestId);
        var start = time.GetTimestamp();
        var outcome = await found.Runtime.InvokeAsync(found.Plan, request, cancellation);
        var failed = outcome is InvocationOutcome.FunctionError;
        instruments.Ran(request.Function.Name, time.GetElapsedTime(start).TotalMilliseconds, failed);
        span?.SetStatus(outcome is InvocationOutcome.Succeeded ? ActivityStatusCode.Ok : ActivityStatusCode.Error);
        return outcome with { ExecutedVersion = found.Plan.Config.Version };
    }

    /// <summary>An invocation broke for a reason that is not its caller's: says so in the log, not to the caller.</summary>
    public InvocationOutcome.Failed Broken(InvocationRequest request, Exception error)
    {
        LogBroken(logger, request.Function.ToArn(config.Region, config.Account), request.RequestId, error);
        return new InvocationOutcome.Failed(new ServiceException(ServiceErrorKind.Internal, "The function could not be run.", error));
    }

    [LoggerMessage(EventName = "InvocationBroken", Level = LogLevel.Error, Message = "{Function} could not be run, request {RequestId}")]
    private static partial void LogBroken(ILogger logger, string function, Guid requestId, Exception error);
}
