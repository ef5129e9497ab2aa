using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Sources;
using Dispatcher.Grains.Concurrency;
using Dispatcher.Grains.Functions;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Grains.Mappings;

/// <summary>One pass: read the document, do what it says, move the state.</summary>
internal sealed partial class MappingGrain
{
    /// <summary>How much more seldom a source is looked at that tells of its shards.</summary>
    private const int QuietFactor = 6;

    private bool _gone;
    private bool _givenUp;

    /// <summary>Does one pass and returns how long the next may wait.</summary>
    private async ValueTask<TimeSpan> PassAsync(CancellationToken cancellation)
    {
        var config = await _document.ReadAsync(cancellation);
        if (config is null or { State: MappingState.Deleting })
        {
            await DeleteAsync(config, cancellation);
            return Timeout.InfiniteTimeSpan;
        }

        if (!config.Enabled)
        {
            await _shards.StopAllAsync(config, cancellation);
            await _document.MoveAsync(config, MappingState.Disabled, cancellation);
            return Timeout.InfiniteTimeSpan;
        }

        await RunAsync(config, cancellation);
        if (_parts.Troubles.Over(_trouble, out var lasted))
        {
            LogReadyAgain(_parts.Logger, _id.ToString(), lasted.TotalSeconds);
        }

        await _document.MoveAsync(config, MappingState.Enabled, cancellation);
        return TimeSpan.FromSeconds(_parts.Config.DiscoverySeconds * (IsToldOfShards(config) ? QuietFactor : 1));
    }

    private async ValueTask RunAsync(MappingConfig config, CancellationToken cancellation)
    {
        using var look = new SourceLook(config, cancellation);
        _look = look;
        try
        {
            await _shards.RunAsync(look, _document, cancellation);
        }
        finally
        {
            (_look, _givenUp) = (null, look.GivenUp);
        }
    }

    /// <summary>
    /// New shards of an embedded stream follow the end of old ones, which wakes the mapping: only a stream that was deleted and
    /// made anew has to be looked for. In a cluster the look also brings back shards that a lost silo had.
    /// </summary>
    private bool IsToldOfShards(MappingConfig config)
        => !_parts.Config.Cluster.Enabled && Arn.TryParse(config.EventSourceArn, out var arn) && arn.Service == "kinesis";

    private async ValueTask DeleteAsync(MappingConfig? config, CancellationToken cancellation)
    {
        await _shards.StopAllAsync(config, cancellation);
        await _parts.Store.Checkpoints.DeleteAsync(_id, cancellation);
        await new LedgerDocument(_parts.Store, MappingPermits.Key(_id)).DeleteAsync(cancellation);
        await _document.DeleteAsync(cancellation);
        _gone = true;
        LogDeleted(_parts.Logger, _id.ToString());
    }

    /// <summary>Shows the owner why the mapping cannot do what its document says; it goes on trying.</summary>
    private async ValueTask FailedAsync(Exception error)
    {
        var (code, text) = error switch
        {
            SourceException { Kind: SourceErrorKind.Authentication } => ("EVENT_SOURCE_AUTHN_ERROR", error.Message),
            SourceException { Kind: SourceErrorKind.Authorization } => ("EVENT_SOURCE_AUTHZ_ERROR", error.Message),
            SourceException { Kind: SourceErrorKind.Configuration } or ServiceException => ("ESM_CONFIG_NOT_VALID", error.Message),
            SourceException => ("EVENT_SOURCE_UNAVAILABLE", error.Message),
            _ => ("INTERNAL_ERROR", "an internal error; the server's log has it"),
        };
        var tell = _parts.Troubles.Happened(_trouble, out var untold);
        if (error is not (SourceException or ServiceException))
        {
            LogBroken(_parts.Logger, _id.ToString(), error);
        }
        else if (tell)
        {
            LogNotReady(_parts.Logger, _id.ToString(), code, text, untold);
        }

        try
        {
            await _document.ShowProblemAsync(code, "PROBLEM: " + text, _stop.Token);
        }
        catch (Exception e)
        {
            LogBroken(_parts.Logger, _id.ToString(), e);
        }
    }

    [LoggerMessage(EventName = "MappingNotReady", Level = LogLevel.Warning, Message = "mapping {Mapping} cannot work now ({Code}): {Reason} ({Untold} more times since this was last logged)")]
    private static partial void LogNotReady(ILogger logger, string mapping, string code, string reason, int untold);

    [LoggerMessage(EventName = "MappingReadyAgain", Level = LogLevel.Information, Message = "mapping {Mapping} can work again after {Seconds:0.0} s")]
    private static partial void LogReadyAgain(ILogger logger, string mapping, double seconds);

    [LoggerMessage(EventName = "MappingBroken", Level = LogLevel.Error, Message = "mapping {Mapping} broke and tries again")]
    private static partial void LogBroken(ILogger logger, string mapping, Exception error);

    [LoggerMessage(EventName = "MappingDeleted", Level = LogLevel.Information, Message = "mapping {Mapping} is deleted")]
    private static partial void LogDeleted(ILogger logger, string mapping);
}
