using Dispatcher.Contracts;
using Dispatcher.Contracts.Invocations;
using Dispatcher.Contracts.Names;
using Dispatcher.Gateway.Lambda.Functions;
using Dispatcher.Gateway.Lambda.Permissions;
using Dispatcher.Gateway.Security;

namespace Dispatcher.Gateway.Push;

/// <summary>Hands the events of one request to the functions of their source, if their policies allow it: all of them or none.</summary>
internal sealed class PushDelivery(IFunctionPermissions permissions, FunctionFinder finder, IEnumerable<IAsyncInvoker> invokers)
{
    private readonly IAsyncInvoker? _events = invokers.FirstOrDefault();

    /// <summary>Returns when all events are kept durably.</summary>
    /// <exception cref="Contracts.Errors.ServiceException">Something is not allowed, too large or missing; nothing was taken.</exception>
    public async ValueTask DeliverAsync(PushSource source, IReadOnlyList<PushEvent> events, string? trace, CancellationToken cancellation)
    {
        if (events.Count > Limits.PushEvents)
        {
            throw PushErrors.TooMany(events.Count);
        }

        await DemandAsync(source, events, cancellation);
        var requests = new List<InvocationRequest>(events.Count * source.Functions.Count);
        foreach (var function in source.Functions)
        {
            foreach (var pushed in events)
            {
                requests.Add(new InvocationRequest(function, Guid.NewGuid(), pushed.Payload) { TraceId = trace });
            }
        }

        if (requests.Count > 0)
        {
            var queue = _events ?? throw Api.ApiErrors.NotServed("Invoke with InvocationType Event");
            await queue.AcceptAsync(requests, cancellation);
        }
    }

    /// <summary>Asks each function's policy once for each place that the events come from.</summary>
    private async ValueTask DemandAsync(PushSource source, IReadOnlyList<PushEvent> events, CancellationToken cancellation)
    {
        foreach (var function in source.Functions)
        {
            foreach (var question in events.Select(one => source.Ask(function, one)).Distinct().ToList())
            {
                if (!await permissions.AllowsAsync(question, cancellation))
                {
                    throw SecurityErrors.Denied(source.Principal, question.Action, Name(function));
                }
            }
        }
    }

    private string Name(FunctionRef function) => finder.Arn(function);
}
