using Dispatcher.Contracts.Checkpoints;
using Dispatcher.Pipeline.Shards;

namespace Dispatcher.Simulation.Tests;

/// <summary>
/// One shard from its first record to its last, on a virtual clock: a source, a function, a store and an owner that can die
/// at any step. The engine is the real one.
/// </summary>
internal sealed class SimRun
{
    private const int MaximumSteps = 200_000;

    private readonly SimOptions _options;
    private readonly Random _random;
    private readonly SimLog _log;
    private readonly SimJudge _judge;
    private readonly PriorityQueue<Action, (long AtMs, long Order)> _agenda = new();
    private readonly SimFunction _function;
    private ShardPlan _plan;
    private ShardEngine _engine;
    private Checkpoint _saved = new(0);
    private long _nowMs;
    private long _order;
    private long _wakeMs = long.MaxValue;
    private int _life;
    private bool _reading;
    private bool _saving;

    public SimRun(SimOptions options)
    {
        _options = options;
        _random = new Random(options.Seed * 31);
        _log = options.Forgetful ? new SimQueue(options, _random) : new SimLog(options, _random);
        _judge = new SimJudge(options, _log);
        _function = new SimFunction(options, _random, _log, _judge);
        _plan = options.Plan;
        _engine = new ShardEngine(_plan, _saved, _random);
    }

    /// <summary>Runs until every record's outcome is known and saved.</summary>
    public void Run()
    {
        for (var step = 0; step < MaximumSteps; step++)
        {
            Act();
            _judge.Step(_engine);
            if (_log.IsDone(_saved) && _saved.Windows.Count == 0 && _engine.Counts.InFlight == 0)
            {
                _judge.Finished(_engine);
                return;
            }

            _judge.Check(_agenda.TryDequeue(out var next, out var at), $"nothing is left to do at {_engine.Next} of {_log.End}");
            _nowMs = Math.Max(_nowMs, at.AtMs);
            next!();
            Disturb();
        }

        _judge.Check(false, $"no end after {MaximumSteps} steps, at {_engine.Next} of {_log.End}");
    }

    private void Act()
    {
        long wakeMs;
        while (_engine.TryStart(_nowMs, out wakeMs) is { } batch)
        {
            Begin(batch);
        }

        // One timer, as the shard has: what is on the agenda already is not put there at every step.
        if (wakeMs < _wakeMs)
        {
            _wakeMs = wakeMs;
            Later(wakeMs - _nowMs, () => _wakeMs = long.MaxValue);
        }

        BeginReading();
        BeginSaving();
    }

    private void Begin(Batch batch)
    {
        long[] positions = [.. batch.Numbers.Select(n => _log.NumberAt(_engine.PositionOf(n)))];
        if (batch.GivenUp is { } reason)
        {
            _judge.GivenUp(_engine.Plan, positions, reason);
            Later(_random.Next(200), () => HandOver(batch, positions));
            return;
        }

        _judge.Started(_engine.Plan, positions, batch.Attempts);
        Later(_random.Next(1, _random.Next(10) == 0 ? 5_000 : 300), () => End(batch, positions, _function.Outcome(_engine.Plan, positions)));
    }

    private void HandOver(Batch batch, long[] positions)
    {
        if (_random.Next(4) == 0)
        {
            _engine.Complete(batch, new BatchResult.HandOverFailed("away"), _nowMs);
            return;
        }

        _judge.Learned(positions);
        if (batch.Window is { Final: true } window)
        {
            _judge.WindowLost((batch.Lane, window.Window.StartMs), SimFunction.Gathered(window));
        }

        _engine.Complete(batch, new BatchResult.HandedOver(_random.Next(2) == 0), _nowMs);
    }

    private void End(Batch batch, long[] positions, BatchResult result)
    {
        _judge.Ended(positions);
        switch (result)
        {
            case BatchResult.Succeeded:
                _judge.Learned(positions);
                result = new BatchResult.Succeeded(_function.Gather(batch, positions));
                break;
            case BatchResult.FailedFrom some:
                _judge.Learned(positions.Take(some.FirstFailed));
                result = some with { State = _function.Gather(batch, [.. positions.Take(some.FirstFailed)]) };
                break;
            case BatchResult.FailedSome some:
                _judge.Learned(positions.Where((_, i) => !some.FailedIndexes.Contains(i)));
                break;
            case BatchResult.Failed:
                _judge.Failed(_engine.Plan, positions);
                if (batch.Window is { Final: true } window)
                {
                    _judge.FinalFailed(_engine.Plan, (batch.Lane, window.Window.StartMs));
                }

                break;
            default:
                break;
        }

        _engine.Complete(batch, result, _nowMs);
        _judge.Returned(_engine, [.. _engine.TakeReturned().Select(one => _log.NumberAt(one.Position))]);
    }

    private void BeginReading() => BeginReading(_engine.ReadRoom, _engine.NextRead);

    private void BeginReading(int room, long from)
    {
        if (_reading || room == 0 || _log.ReadableAt(from) is not { } readable)
        {
            return;
        }

        _reading = true;
        Later(Math.Max(readable - _nowMs, _random.Next(50)), () =>
        {
            _reading = false;
            var page = _log.Read(_engine.NextRead, _random.Next(1, Math.Min(room, 100) + 1), _nowMs);

            // The next read begins before this page is accepted.
            BeginReading(_engine.ReadRoomBeside(page), page.NextPosition);
            long[] numbers = [.. page.Records.ToArray().Select(r => _log.NumberAt(r.Position))];
            _engine.Accept(page, _nowMs);
            _judge.Learned(numbers.Where(n => _engine.Plan.Filter is SimFilter f && !f.Matches(n)));
        });
    }

    private void BeginSaving()
    {
        if (_saving || _engine.TakeCheckpoint() is not { } checkpoint)
        {
            return;
        }

        _saving = true;
        var failures = _judge.Failures();
        Later(_random.Next(1, 400), () =>
        {
            _saving = false;
            if (_random.Next(100) < _options.SaveLostPercent)
            {
                _engine.CheckpointLost();
                return;
            }

            if (_options.Forgetful)
            {
                Keep(checkpoint, failures);
                return;
            }

            _judge.Saved(checkpoint, failures);
            _saved = checkpoint;
        });
    }

    /// <summary>
    /// What is left of a checkpoint whose source keeps the positions: the batches in trouble, those that are settled for as long
    /// as the source has not heard of it. The owner can die at each step.
    /// </summary>
    private void Keep(Checkpoint checkpoint, SimFailures failures)
    {
        _judge.Saved(checkpoint, failures);
        _saving = true;
        _saved = new Checkpoint(0) { Troubled = [.. checkpoint.Troubled, .. TroubleMemory.Settled(_saved.Troubled, checkpoint.Troubled)] };
        Later(_random.Next(1, 50), () =>
        {
            _log.Commit(checkpoint);
            Later(_random.Next(1, 50), () =>
            {
                _saving = false;
                _saved = new Checkpoint(0) { Troubled = checkpoint.Troubled };
            });
        });
    }

    private void Disturb()
    {
        if (_random.Next(1000) < _options.CrashPerMille)
        {
            Crash();
        }
        else if (_random.Next(1000) < _options.UpdatePerMille)
        {
            _judge.Updated();
            _plan = SimOptions.RandomPlan(_random) with { Ordered = _plan.Ordered };
            _plan = _options.Forgetful ? SimOptions.ForgetfulPlan(_plan) : _plan;
            _engine.Update(_plan);
        }
    }

    /// <summary>The owner dies: what runs is forgotten, the next owner begins at the last saved checkpoint.</summary>
    private void Crash()
    {
        _judge.Crashed();
        _log.Crash(_nowMs);
        _life++;
        (_reading, _saving) = (false, false);
        _agenda.Clear();
        _wakeMs = long.MaxValue;
        _engine = new ShardEngine(_plan, _saved, _random);
    }

    private void Later(long inMs, Action action)
    {
        var life = _life;
        _agenda.Enqueue(
            () =>
            {
                if (life == _life)
                {
                    action();
                }
            },
            (_nowMs + Math.Max(1, inMs), _order++));
    }
}
