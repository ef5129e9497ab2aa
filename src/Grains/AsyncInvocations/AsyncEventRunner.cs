using Dispatcher.Contracts;
using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Diagnostics;
using Dispatcher.Contracts.Functions;
using Dispatcher.Contracts.Invocations;
using Dispatcher.Contracts.Store;
using Dispatcher.Pipeline.AsyncInvocations;

namespace Dispatcher.Grains.AsyncInvocations;

/// <summary>One try of one event: calls the function, then deletes the event, hides it until the next try, or gives it up.</summary>
internal sealed class AsyncEventRunner(
    IStore store, Catalog catalog, IFunctionInvoker functions, AsyncHandOver handOver, DispatcherConfig config, Instruments instruments, TimeProvider time)
{
    private static readonly TimeSpan Renewal = TimeSpan.FromMilliseconds(Limits.AsyncHideMs / 3.0);

    /// <summary>
    /// Tries a received event. The receives that the store counts are the attempts: a throttle takes its one back; a process that
    /// died in the middle has used one up, for nobody knows what the function did.
    /// </summary>
    public async Task RunAsync(string name, QueueMessage message, CancellationToken cancellation)
    {
        var about = AsyncEvent.Read(message);
        var function = about.Function(name);
        var settings = (await catalog.EventInvokeConfigs.FindAsync(EventInvokeConfig.Key(function), cancellation))?.Value
            ?? new EventInvokeConfig { Function = name };
        var rules = new AsyncRules(
            settings.MaximumRetryAttempts ?? Limits.AsyncRetries,
            TimeSpan.FromSeconds(settings.MaximumEventAgeSeconds ?? Limits.AsyncEventAgeSeconds),
            TimeSpan.FromSeconds(config.AsyncRetrySeconds));
        var tried = new TriedEvent(function, message, settings, Lineage.Next(about.TraceId, message.Id, NowMs));
        if (AsyncPolicy.IsTooOld(rules, Age(message)))
        {
            await EndAsync(tried with { Attempts = message.Receives - 1 }, AsyncPolicy.EventAgeExceeded, cancellation);
            return;
        }

        instruments.AsyncAge(name, Age(message).TotalMilliseconds);
        var outcome = await HeldAsync(tried, CallAsync(tried, about, cancellation), cancellation);
        var ran = outcome is not InvocationOutcome.Throttled { TurnedOff: true };
        tried = tried with { Outcome = outcome, Attempts = ran ? message.Receives : message.Receives - 1 };
        switch (AsyncPolicy.Judge(rules, outcome, message.Receives, Age(message)))
        {
            case AsyncVerdict.Done:
                await EndAsync(tried, AsyncPolicy.Success, cancellation);
                break;
            case AsyncVerdict.GivenUp { Condition: var condition }:
                await EndAsync(tried, condition, cancellation);
                break;
            case AsyncVerdict.Again again:
                await store.Queues.HideAsync(
                    tried.Queue, [new QueueHide(message.Receipt, (long)again.Wait.TotalMilliseconds, Uncount: !again.Counts)], cancellation);
                break;
            default:
                throw new InvalidOperationException("unknown verdict");
        }
    }

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    private TimeSpan Age(QueueMessage message) => TimeSpan.FromMilliseconds(Math.Max(0, NowMs - message.SentMs));

    private Task<InvocationOutcome> CallAsync(TriedEvent tried, AsyncEvent about, CancellationToken cancellation)
    {
        var request = new InvocationRequest(tried.Function, tried.Message.Id, tried.Message.Body)
        {
            ClientContext = about.ClientContext,
            TraceId = tried.TraceId,
            WaitForPermit = true,
            Waiter = "async",
        };
        return functions.InvokeAsync(request, cancellation).AsTask();
    }

    /// <summary>Hands the record over, where somebody wants it, and then removes the event.</summary>
    private async Task EndAsync(TriedEvent tried, string condition, CancellationToken cancellation)
    {
        await HeldAsync(tried, handOver.DeliverAsync(tried, condition, cancellation), cancellation);
        await store.Queues.DeleteAsync(tried.Queue, [tried.Message.Receipt], cancellation);
        if (condition != AsyncPolicy.Success)
        {
            instruments.AsyncDropped(tried.Function.Name);
        }
    }

    /// <summary>Keeps the event hidden while work on it goes on. An event that could not be kept may run twice.</summary>
    private async Task<T> HeldAsync<T>(TriedEvent tried, Task<T> work, CancellationToken cancellation)
    {
        while (true)
        {
            using var renew = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            var done = await Task.WhenAny(work, Task.Delay(Renewal, time, renew.Token));
            await renew.CancelAsync();
            if (done == work || cancellation.IsCancellationRequested)
            {
                return await work;
            }

            try
            {
                await store.Queues.HideAsync(tried.Queue, [new QueueHide(tried.Message.Receipt, Limits.AsyncHideMs)], cancellation);
            }
            catch (StoreException) when (!work.IsCompleted)
            {
                // Tried again at the next renewal; what is lost at worst is that nobody else runs the event meanwhile.
            }
        }
    }
}
