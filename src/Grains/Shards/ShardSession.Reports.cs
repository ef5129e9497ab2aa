namespace Dispatcher.Grains.Shards;

/// <summary>What the mapping is told of how it goes.</summary>
internal sealed partial class ShardSession
{
    /// <summary>Shows the owner what the last batch came to; told only where it has changed, and beside the work.</summary>
    private void Report(string result) => _result = result;

    /// <summary>
    /// Where some batches fail and others do not, the owner sees a result a second, not every change: each is written to the
    /// store and looked into by the mapping, beside the batches that go well.
    /// </summary>
    private void BeginReporting(long nowMs, ref long wakeMs)
    {
        if (_result == _reported || _isReporting || _stopping)
        {
            return;
        }

        _reportNotBeforeMs = Math.Min(_reportNotBeforeMs, nowMs + ReportEveryMs);
        if (_reportNotBeforeMs > nowMs)
        {
            wakeMs = Math.Min(wakeMs, _reportNotBeforeMs);
            return;
        }

        (_reported, _isReporting, _reportNotBeforeMs) = (_result, true, nowMs + ReportEveryMs);
        _report = ReportAsync(_result!);
    }

    private async Task ReportAsync(string result)
    {
        try
        {
            await Task.Yield();
            await _parts.Grains.Mapping(_key.Mapping).ReportAsync(result, _reading.Token);
        }
        catch (OperationCanceledException) when (_reading.IsCancellationRequested)
        {
            // The shard ends; what it would have said is not needed.
        }
        catch (Exception e)
        {
            LogReportFailed(_parts.Logger, _key, e);
        }

        await TellAsync(ShardEvent.Reported.Instance);
    }
}
