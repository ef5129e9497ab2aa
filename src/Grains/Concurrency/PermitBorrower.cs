using System.Collections.Concurrent;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Grains;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Grains.Concurrency;

/// <summary>
/// Keeps this silo's loans: reports what is used of each key, sooner where somebody waits, and gives back what is not used; at
/// once when the silo stops, or the others would have to wait until it is certain that it begins nothing any more.
/// Does nothing where the silo is alone.
/// </summary>
internal sealed partial class PermitBorrower : BackgroundService, IHostedLifecycleService, IPermitLoans
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(Limits.PermitUrgentMs);
    private static readonly TimeSpan LimitsAgain = TimeSpan.FromMilliseconds(Limits.PermitLookMs);

    private readonly ConcurrentDictionary<string, KeyLoan> _loans = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _wake = new(0);
    private readonly AccountLimits _limits;
    private readonly KeyLoanParts? _parts;
    private readonly KeyLoanParts? _mappings;
    private readonly TimeProvider _time;
    private volatile bool _stopping;

    public PermitBorrower(
        FunctionLimiter limiter, ConcurrencyGates gates, AccountLimits limits, IGrainDirectory grains, IEnumerable<ISilos> silos, TimeProvider time,
        ILogger<PermitBorrower> logger)
    {
        (_limits, _time) = (limits, time);
        if (silos.FirstOrDefault() is { } cluster)
        {
            _parts = new KeyLoanParts(limiter, grains, cluster, time, LogFailed(logger));
            _mappings = _parts with { Permits = gates };
            (limiter.Loans, gates.Loans) = (this, this);
        }
    }

    /// <inheritdoc/>
    public void Want(string key)
    {
        Loan(key).RenewSoon();
        Wake();
    }

    /// <inheritdoc/>
    public void Changed()
    {
        foreach (var loan in _loans.Values)
        {
            loan.Changed();
        }

        Wake();
    }

    /// <inheritdoc/>
    public void Changed(string key)
    {
        Loan(key).Changed();
        Wake();
    }

    /// <inheritdoc/>
    public ValueTask AskAsync(string key, CancellationToken cancellation)
    {
        var loan = Loan(key);
        Wake();
        return loan.AskAsync(cancellation);
    }

    /// <summary>From here on, until the cluster is left, grains end and hand over; what they used is given back.</summary>
    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        _stopping = true;
        Wake();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    Task IHostedLifecycleService.StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    Task IHostedLifecycleService.StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    Task IHostedLifecycleService.StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var read = _time.GetTimestamp();
        while (_parts is not null && !stoppingToken.IsCancellationRequested)
        {
            await ((Task)_wake.WaitAsync(_loans.IsEmpty ? LimitsAgain : Tick, stoppingToken)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_time.GetElapsedTime(read) > LimitsAgain)
            {
                // A notice may have been lost with its sender.
                read = _time.GetTimestamp();
                await _limits.AgainAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            foreach (var (key, loan) in _loans)
            {
                if (_stopping)
                {
                    loan.Leave();
                }

                loan.Keep();
                if (loan.HasEnded)
                {
                    _loans.TryRemove(new(key, loan));
                }
            }
        }

        await Task.WhenAll(_loans.Values.Select(loan => loan.EndAsync()));
    }

    /// <summary>Once is enough, however many call.</summary>
    private void Wake()
    {
        if (_wake.CurrentCount == 0)
        {
            _wake.Release();
        }
    }

    private KeyLoan Loan(string key)
    {
        while (true)
        {
            var loan = _loans.GetOrAdd(key, static (key, parts) => new KeyLoan(key, parts), MappingPermits.IsKey(key) ? _mappings! : _parts!);
            if (!loan.HasEnded)
            {
                return loan;
            }

            _loans.TryRemove(new(key, loan));
        }
    }

    private static Action<string, Exception> LogFailed(ILogger logger) => (key, error) => LogNotRenewed(logger, key, error);

    [LoggerMessage(EventName = "PermitsNotRenewed", Level = LogLevel.Warning, Message = "the permits of {Key} that were lent to this silo could not be renewed")]
    private static partial void LogNotRenewed(ILogger logger, string key, Exception error);
}
