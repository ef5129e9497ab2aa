using Dispatcher.Contracts;
using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Streams;

namespace Dispatcher.Gateway.Kinesis;

/// <summary>Settings of streams and limits of the account.</summary>
internal sealed class SettingCalls(IStreams streams) : IKinesisOperations
{
    private const int Page = 500;

    public IReadOnlyDictionary<string, Func<KinesisCall, CancellationToken, ValueTask>> Operations
        => new Dictionary<string, Func<KinesisCall, CancellationToken, ValueTask>>
        {
            ["IncreaseStreamRetentionPeriod"] = (call, cancellation) => RetainAsync(call, increase: true, cancellation),
            ["DecreaseStreamRetentionPeriod"] = (call, cancellation) => RetainAsync(call, increase: false, cancellation),
            ["UpdateStreamMode"] = ModeAsync,
            ["DescribeLimits"] = LimitsAsync,
        };

    private async ValueTask RetainAsync(KinesisCall call, bool increase, CancellationToken cancellation)
    {
        var hours = call.Number("RetentionPeriodHours")!.Value;
        await streams.ChangeAsync(call.Stream, stream => Retain(stream, hours, increase), cancellation);
    }

    private static StreamConfig Retain(StreamConfig stream, int hours, bool increase)
    {
        if (hours < Limits.RetentionHoursMinimum)
        {
            throw ServiceException.Invalid(
                $"Minimum allowed retention period is {Limits.RetentionHoursMinimum} hours. Requested retention period ({hours} "
                + "hours) is too short.");
        }

        if (hours > Limits.RetentionHoursMaximum)
        {
            throw ServiceException.Invalid(
                $"Maximum allowed retention period is {Limits.RetentionHoursMaximum} hours. Requested retention period ({hours} "
                + "hours) is too long.");
        }

        if (increase ? hours < stream.RetentionHours : hours > stream.RetentionHours)
        {
            throw ServiceException.Invalid(
                $"Requested retention period ({hours} hours) for stream {stream.Name} can not be "
                + $"{(increase ? "shorter" : "longer")} than existing retention period ({stream.RetentionHours} hours). Use "
                + $"{(increase ? "Decrease" : "Increase")}RetentionPeriod API.");
        }

        return stream with { RetentionHours = hours };
    }

    private async ValueTask ModeAsync(KinesisCall call, CancellationToken cancellation)
    {
        var mode = call.Mode!;
        await streams.ChangeAsync(call.Stream, stream => stream with { Mode = mode }, cancellation);
    }

    private async ValueTask LimitsAsync(KinesisCall call, CancellationToken cancellation)
    {
        var (shards, onDemand) = (0, 0);
        IReadOnlyList<StreamConfig> page;
        string? after = null;
        do
        {
            page = await streams.ListAsync(after, Page, cancellation);
            foreach (var stream in page)
            {
                shards += stream.Mode == "PROVISIONED" ? stream.Shards.Count(one => one.ClosedMs is null) : 0;
                onDemand += stream.Mode == "PROVISIONED" ? 0 : 1;
                after = stream.Name;
            }
        }
        while (page.Count == Page);

        call.Output.Number("ShardLimit", Limits.AccountShards);
        call.Output.Number("OpenShardCount", shards);
        call.Output.Number("OnDemandStreamCount", onDemand);
        call.Output.Number("OnDemandStreamCountLimit", Limits.OnDemandStreams);
    }
}
