using Dispatcher.Contracts;
using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Functions;
using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Store;
using Dispatcher.Pipeline.AsyncInvocations;

namespace Dispatcher.Grains.AsyncInvocations;

/// <summary>Reads from the store what holds for asynchronous events now: a change counts from the next try on, in every process.</summary>
internal sealed class AsyncSettings(Catalog catalog, DispatcherConfig config)
{
    /// <summary>The ARN of a function, with the qualifier where there is one.</summary>
    public string Arn(FunctionRef function) => function.ToArn(config.Region, config.Account);

    /// <summary>The queue of a function.</summary>
    /// <exception cref="ServiceException">There is no such function.</exception>
    public async ValueTask<AsyncQueue> QueueAsync(string function, CancellationToken cancellation)
        => await catalog.Functions.FindAsync(function, cancellation) is { } found
            ? AsyncQueue.Of(found.Value)
            : throw ServiceException.NotFound($"Function not found: {Arn(new FunctionRef(function))}");

    /// <summary>Whether the function that a queue belongs to was deleted.</summary>
    public async ValueTask<bool> IsGoneAsync(AsyncQueue queue, CancellationToken cancellation)
        => await catalog.Functions.FindAsync(queue.Function, cancellation) is not { } found || AsyncQueue.Of(found.Value) != queue;

    /// <summary>
    /// How an event is treated: the settings are those of exactly the qualifier that it was sent to, as at AWS; the dead-letter
    /// queue is that of the version behind it. Null where the function was deleted.
    /// </summary>
    public async ValueTask<EventSettings?> ReadAsync(AsyncQueue queue, FunctionRef function, CancellationToken cancellation)
    {
        if (await catalog.Functions.FindAsync(queue.Function, cancellation) is not { } latest || AsyncQueue.Of(latest.Value) != queue)
        {
            return null;
        }

        var given = (await catalog.EventInvokeConfigs.FindAsync(EventInvokeConfig.Key(function), cancellation))?.Value;
        var rules = new AsyncRules(
            given?.MaximumRetryAttempts ?? Limits.AsyncRetries,
            TimeSpan.FromSeconds(given?.MaximumEventAgeSeconds ?? Limits.AsyncEventAgeSeconds),
            TimeSpan.FromSeconds(config.AsyncRetrySeconds));
        var version = await VersionAsync(function, latest.Value, cancellation);
        return new EventSettings(rules)
        {
            OnSuccess = given?.OnSuccess,
            OnFailure = given?.OnFailure,
            DeadLetterTarget = version.DeadLetterTarget is { Length: > 0 } target ? target : null,
        };
    }

    /// <summary>The version that a qualifier stands for, <c>$LATEST</c> where there is none. Both versions of an alias have the same dead-letter queue.</summary>
    private async ValueTask<FunctionConfig> VersionAsync(FunctionRef function, FunctionConfig latest, CancellationToken cancellation)
    {
        var version = function;
        if (function.IsAlias)
        {
            var alias = await catalog.Aliases.FindAsync(AliasConfig.Key(function.Name, function.Qualifier!), cancellation);
            version = function with { Qualifier = alias?.Value.FunctionVersion };
        }

        return version.IsLatest ? latest : (await catalog.Functions.FindAsync(version.Key, cancellation))?.Value ?? latest;
    }
}
