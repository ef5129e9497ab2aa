using System.Threading.Channels;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Grains;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Retries;

namespace Dispatcher.Grains.Mappings;

/// <summary>
/// One event source mapping. A task of its own makes the mapping be what its document says, again and again: after every
/// change, when a shard has ended, and from time to time to find new shards.
/// </summary>
internal sealed partial class MappingGrain : IMappingGrain, IDroppable, IAsyncDisposable
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(Limits.FirstRestartMs);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(Limits.LongestRestartMs);

    private readonly MappingId _id;
    private readonly string _trouble;
    private readonly MappingParts _parts;
    private readonly MappingShards _shards;
    private readonly MappingDocument _document;
    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private volatile SourceLook? _look;
    private Task? _loop;

    public MappingGrain(MappingId id, MappingParts parts)
    {
        (_id, _trouble, _parts) = (id, $"mapping {id}", parts);
        _document = new MappingDocument(id, parts.Catalog);
        _shards = new MappingShards(id, parts);
    }

    /// <inheritdoc/>
    public bool CanBeDropped => _loop is { IsCompleted: true };

    /// <inheritdoc/>
    public async Task ReconcileAsync(CancellationToken cancellation)
    {
        if (_look is { } look && await _document.IsChangedAsync(look.Config, cancellation))
        {
            await look.GiveUpAsync();
        }

        Wake();
    }

    /// <inheritdoc/>
    public Task ShardEndedAsync(string shard, CancellationToken cancellation)
    {
        _shards.NoteEnded();
        Wake();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task ReportAsync(string lastProcessingResult, CancellationToken cancellation)
    {
        await _document.ShowResultAsync(lastProcessingResult, cancellation);
        if (lastProcessingResult == "OK")
        {
            // What was wrong is over: the state's reason need not wait for the next pass.
            Wake();
        }
    }

    /// <inheritdoc/>
    public async Task<MappingStatus> StatusAsync(CancellationToken cancellation)
    {
        var config = await _document.ReadAsync(cancellation);
        var shards = await _shards.StatusAsync(cancellation);
        return new MappingStatus(_id.ToString(), config?.State.ToString() ?? "Deleted", shards)
        {
            StateReason = config?.StateReason,
            LastProcessingResult = config?.LastProcessingResult,
            FunctionArn = config?.FunctionArn,
            Source = config?.EventSourceArn ?? (config?.KafkaBootstrapServers is { } servers ? string.Join(',', servers) : null),
            Name = (config?.Topics ?? config?.Queues) is [var name, ..] ? name : null,
            Destination = config?.OnFailureDestination,
            MaximumConcurrency = config?.MaximumConcurrency,
            ProvisionedPollers = config?.ProvisionedPollers,
            Pollers = shards.Where(s => s.Poller is not null).Select(s => s.Poller).Distinct().Count() is > 0 and var pollers ? pollers : null,
            Ledger = shards.Aggregate(ShardLedger.Empty, (sum, shard) => sum.Plus(shard.Ledger)),
        };
    }

    /// <summary>Ends the mapping's own task. Its shards are grains of their own and end by themselves.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        if (_loop is { } loop)
        {
            await loop;
        }

        _stop.Dispose();
    }

    private void Wake()
    {
        _wake.Writer.TryWrite(true);
        if (_loop is null or { IsCompleted: true })
        {
            // The caller's trace ends with its call.
            using var apart = ExecutionContext.SuppressFlow();
            _loop = Task.Run(LoopAsync, CancellationToken.None);
        }
    }

    private async Task LoopAsync()
    {
        var failures = 0;
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                _wake.Reader.TryRead(out _);
                var next = await PassAsync(_stop.Token);
                if (_gone)
                {
                    return;
                }

                failures = 0;
                await SleepAsync(next);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (OperationCanceledException) when (_givenUp)
            {
                // The owner has changed the mapping while its source did not answer.
            }
            catch (Exception e)
            {
                failures++;
                await FailedAsync(e);
                await SleepAsync(Backoff.Wait(failures, FirstWait, LongestWait, _parts.Random));
            }
        }
    }

    /// <summary>Waits until something happened or the time is over.</summary>
    private async ValueTask SleepAsync(TimeSpan longest)
    {
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        var happened = _wake.Reader.WaitToReadAsync(waiting.Token).AsTask();
        if (longest == Timeout.InfiniteTimeSpan)
        {
            await happened;
            return;
        }

        await Task.WhenAny(happened, Task.Delay(longest, _parts.Time, waiting.Token));
        await waiting.CancelAsync();
    }
}
