using Dispatcher.Contracts;
using Dispatcher.Contracts.Names;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Grains.Shards.Sessions;

/// <summary>Tells the mapping what the last batch came to, where that has changed, beside the session's loop.</summary>
internal sealed partial class ResultReports(SessionState state)
{
    private Task _report = Task.CompletedTask;
    private string? _result;
    private string? _problem;
    private string? _reported;
    private long _notBeforeMs;
    private bool _isReporting;

    /// <summary>What the owner shall see: why nothing can be read comes before what the last batch came to.</summary>
    private string? Current => _problem ?? _result;

    /// <summary>Shows the owner what a batch came to.</summary>
    public void Report(string result) => _result = result;

    /// <summary>Shows the owner why the source cannot be read.</summary>
    public void SourceFailed(string problem) => _problem = "PROBLEM: " + problem;

    /// <summary>The source can be read again: shows that now, for the next batch may come much later.</summary>
    public void SourceWorks() => (_problem, _result) = (null, _result ?? "OK");

    /// <summary>
    /// Begins a report where there is news. Where some batches fail and others do not, the owner sees a result a second, not every
    /// change: each is written to the store and looked into by the mapping, beside the batches that go well. Returns when to look
    /// again, milliseconds; <see cref="long.MaxValue"/>: with the next event.
    /// </summary>
    public long Begin(long nowMs)
    {
        if (Current == _reported || _isReporting || state.IsStopping)
        {
            return long.MaxValue;
        }

        // A clock that was set back does not make the wait longer than any wait is.
        _notBeforeMs = Math.Min(_notBeforeMs, nowMs + Limits.ShardReportMs);
        if (_notBeforeMs > nowMs)
        {
            return _notBeforeMs;
        }

        (_reported, _isReporting, _notBeforeMs) = (Current, true, nowMs + Limits.ShardReportMs);
        _report = ReportAsync(Current!);
        return long.MaxValue;
    }

    /// <summary>The report has ended.</summary>
    public void Ended() => _isReporting = false;

    /// <summary>Waits for the report that is under way. Never throws.</summary>
    public Task EndAsync() => _report;

    private async Task ReportAsync(string result)
    {
        try
        {
            await Task.Yield();
            await state.Parts.Grains.Mapping(state.Shard.Key.Mapping).ReportAsync(result, state.Reading);
        }
        catch (OperationCanceledException) when (state.Reading.IsCancellationRequested)
        {
            // The shard ends; what it would have said is not needed.
        }
        catch (Exception e)
        {
            LogFailed(state.Parts.Logger, state.Shard.Key, e);
        }

        await state.TellAsync(ShardEvent.Reported.Instance);
    }

    [LoggerMessage(EventName = "ReportFailed", Level = LogLevel.Warning, Message = "shard {Shard} could not tell its mapping how it goes")]
    private static partial void LogFailed(ILogger logger, ShardKey shard, Exception error);
}
