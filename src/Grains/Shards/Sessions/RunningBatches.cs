using System.Buffers;
using Dispatcher.Contracts.Records;
using Dispatcher.Grains.Concurrency;
using Dispatcher.Pipeline.Shards;

namespace Dispatcher.Grains.Shards.Sessions;

/// <summary>The batches that run beside the session's loop: invocations and hand-overs to the destination. Each ends as an event.</summary>
internal sealed class RunningBatches
{
    private readonly SessionState _state;
    private readonly ConcurrencyGate _gate;
    private readonly Func<bool> _mayBegin;
    private readonly HashSet<Task> _tasks = [];

    public RunningBatches(SessionState state)
    {
        (_state, _mayBegin, _gate) = (state, () => state.Shard.Lease.Holds, state.Parts.Gates.Rent(state.Shard.Key));
        Configure();
    }

    /// <summary>Goes on with the mapping's maximum as it is now.</summary>
    public void Configure() => _gate.SetMaximum(_state.Config.MaximumConcurrency, _state.Config.LastModifiedMs);

    /// <summary>Begins a batch.</summary>
    public void Begin(Batch batch)
    {
        var work = batch.GivenUp is null ? InvokeAsync(batch) : HandOverAsync(batch);
        if (!work.IsCompleted)
        {
            _tasks.Add(work);
        }
    }

    /// <summary>Forgets those that have ended.</summary>
    public void ForgetEnded() => _tasks.RemoveWhere(t => t.IsCompleted);

    /// <summary>Waits for those that run. Never throws.</summary>
    public Task EndAsync() => Task.WhenAll(_tasks);

    /// <summary>Gives back what was borrowed, when everything has ended.</summary>
    public void Close() => _state.Parts.Gates.Return(_state.Shard.Key);

    private async Task InvokeAsync(Batch batch)
    {
        BatchResult result;
        BatchCall? call = null;
        try
        {
            call = Call(batch);
            result = await EnterAsync(call) ? await InvokeInsideAsync(call) : BatchResult.NotBegun.Instance;
        }
        catch (Exception e)
        {
            // Cancelled or broken: nobody knows whether the function ran, so it is as if it had not.
            result = new BatchResult.NotRun(new BatchFailure(Guid.Empty, e.Message, null, ""));
        }

        await _state.TellAsync(new ShardEvent.BatchEnded(batch, result) { Span = call?.Span ?? default });
    }

    /// <summary>Waits until the mapping's maximum lets the batch run; false where the shard stops or its lease lapses first.</summary>
    private async ValueTask<bool> EnterAsync(BatchCall call)
    {
        try
        {
            await _gate.EnterAsync(_state.Reading);
            if (_state.Shard.Lease.Holds)
            {
                return true;
            }

            _gate.Leave();
        }
        catch (OperationCanceledException) when (_state.Reading.IsCancellationRequested)
        {
            // Given back below.
        }

        ArrayPool<Record>.Shared.Return(call.Rented, clearArray: true);
        return false;
    }

    private async ValueTask<BatchResult> InvokeInsideAsync(BatchCall call)
    {
        try
        {
            return await _state.Parts.Invoker.InvokeAsync(call, _state.Abort);
        }
        finally
        {
            _gate.Leave();
        }
    }

    /// <summary>Gives a batch to the destination; without one it is dropped, counted and logged.</summary>
    private async Task HandOverAsync(Batch batch)
    {
        BatchResult result;
        try
        {
            result = await _state.Parts.HandOver.DeliverAsync(Call(batch), batch, _state.Abort);
        }
        catch (Exception e)
        {
            // Cancelled or broken: nobody knows whether it arrived, so it is as if it had not.
            result = new BatchResult.HandOverFailed(e.Message);
        }

        await _state.TellAsync(new ShardEvent.BatchEnded(batch, result));
    }

    private BatchCall Call(Batch batch)
    {
        var (shard, engine) = (_state.Shard, _state.Engine);
        return new(_state.Config, engine.Plan, shard.Key.Shard, shard.Traits.Kind, engine.RentRecords(batch), batch.Count)
        {
            Window = batch.Window,
            MayBegin = _mayBegin,
            Traces = _state.Parts.Instruments.Traced ? engine.Traces(batch) : [],
        };
    }
}
