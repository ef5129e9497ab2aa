using Dispatcher.Contracts;
using Dispatcher.Contracts.Diagnostics;
using Dispatcher.Contracts.Invocations;
using Dispatcher.Pipeline.AsyncInvocations;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Grains.AsyncInvocations;

/// <summary>One try of one event: calls the function, then deletes the event, hides it until the next try, or gives it up.</summary>
internal sealed partial class AsyncEventRunner(
    AsyncSettings settings,
    IFunctionInvoker functions,
    AsyncHandOver handOver,
    AsyncLeftovers leftovers,
    Instruments instruments,
    ILogger<AsyncEventRunner> logger)
{
    private const string Flow = "async";

    /// <summary>Tries a received event.</summary>
    public async Task RunAsync(HeldEvent held, CancellationToken cancellation)
    {
        if (await settings.ReadAsync(held.Queue, held.Function, cancellation) is not { } present)
        {
            await leftovers.RemoveAsync(held.Queue, cancellation);
            return;
        }

        var tried = new TriedEvent(held, present, Lineage.Next(held.About.TraceId, held.Id, held.NowMs)) { Attempts = held.Try - 1 };
        if (AsyncPolicy.IsLoop(Lineage.Hops(held.About.TraceId)))
        {
            LogLoop(logger, held.Id, tried.Function.ToString(), Limits.AsyncHops);
            instruments.RecursionDropped(tried.Function.Name);
            await EndAsync(tried, AsyncPolicy.LoopDetected, cancellation);
            return;
        }

        if (AsyncPolicy.IsTooOld(present.Rules, held.Age))
        {
            await EndAsync(tried, AsyncPolicy.EventAgeExceeded, cancellation);
            return;
        }

        instruments.AsyncAge(held.Queue.Function, held.Age.TotalMilliseconds);
        var outcome = await held.DuringAsync(CallAsync(tried, cancellation), cancellation);
        var ran = outcome is not InvocationOutcome.Throttled;
        await JudgeAsync(tried with { Outcome = outcome, Attempts = ran ? held.Try : held.Try - 1 }, outcome, cancellation);
    }

    private async Task JudgeAsync(TriedEvent tried, InvocationOutcome outcome, CancellationToken cancellation)
    {
        switch (AsyncPolicy.Judge(tried.Settings.Rules, outcome, tried.Held.Try, tried.Held.Age))
        {
            case AsyncVerdict.Done:
                await EndAsync(tried, AsyncPolicy.Success, cancellation);
                break;
            case AsyncVerdict.GivenUp { Condition: var condition }:
                await EndAsync(tried, condition, cancellation);
                break;
            case AsyncVerdict.Again again:
                await tried.Held.ReturnAsync(again.Wait, again.Counts, cancellation);
                break;
            default:
                throw new InvalidOperationException("unknown verdict");
        }
    }

    private Task<InvocationOutcome> CallAsync(TriedEvent tried, CancellationToken cancellation)
    {
        var request = new InvocationRequest(tried.Function, tried.Held.Id, tried.Held.Payload)
        {
            ClientContext = tried.Held.About.ClientContext,
            TraceId = tried.TraceId,
            WaitForPermit = true,
            Flow = Flow,
        };
        return functions.InvokeAsync(request, cancellation).AsTask();
    }

    /// <summary>Hands the record over, where somebody wants it, and then removes the event.</summary>
    private async Task EndAsync(TriedEvent tried, string condition, CancellationToken cancellation)
    {
        await tried.Held.DuringAsync(handOver.DeliverAsync(tried, condition, cancellation), cancellation);
        await tried.Held.DeleteAsync(cancellation);
        if (condition != AsyncPolicy.Success)
        {
            instruments.AsyncDropped(tried.Function.Name);
        }
    }

    [LoggerMessage(
        EventName = "AsyncLoopStopped",
        Level = LogLevel.Warning,
        Message = "recursive loop: asynchronous event {RequestId} of {Function} is not run, {Hops} asynchronous invocations led to each other")]
    private static partial void LogLoop(ILogger logger, Guid requestId, string function, int hops);
}
