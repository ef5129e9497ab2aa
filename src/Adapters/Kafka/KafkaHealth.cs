using Confluent.Kafka;
using Dispatcher.Contracts.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Adapters.Kafka;

/// <summary>
/// Tells how one mapping's client fares. A client without brokers reports that many times a second: every report is counted,
/// but logged is the change only, and at most once in <see cref="KafkaTimes.LogPace"/> that it goes on.
/// </summary>
internal sealed partial class KafkaHealth
{
    private readonly string _mapping;
    private readonly KafkaEnvironment _environment;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private volatile bool _down;
    private bool _told;
    private long _downSince;
    private int _downReports;

    /// <summary>A client that works as far as is known.</summary>
    /// <param name="mapping">The mapping's UUID.</param>
    /// <param name="environment">Clock, instruments and loggers.</param>
    public KafkaHealth(string mapping, KafkaEnvironment environment)
    {
        (_mapping, _environment) = (mapping, environment);
        _logger = environment.Loggers.CreateLogger<KafkaHealth>();
    }

    /// <summary>The client reported an error, or a partition could not be read.</summary>
    public void Failed(Error error)
    {
        _environment.Instruments.Failed(_mapping, "SourceClientErrorCount");
        lock (_gate)
        {
            // That no broker is left says less than the error before it: one line for both.
            var told = Admit(KafkaErrors.Kind(error.Code).ToString(), out var untold);
            _told |= told;
            if (told)
            {
                LogError(_mapping, error.Code, error.Reason, untold);
            }

            if (!KafkaErrors.ConcernsAll(error))
            {
                return;
            }

            _downSince = _down ? _downSince : _environment.Time.GetTimestamp();
            _downReports++;
            _down = true;
        }
    }

    /// <summary>The cluster answered. Costs next to nothing while all is well.</summary>
    public void Worked()
    {
        if (!_down)
        {
            return;
        }

        lock (_gate)
        {
            if (_down && _told)
            {
                LogUp(_mapping, _environment.Time.GetElapsedTime(_downSince).TotalSeconds, _downReports);
            }

            (_down, _told, _downReports) = (false, false, 0);
        }
    }

    /// <summary>A client failed for good and is replaced.</summary>
    public void Rebuilding()
    {
        if (Admit(nameof(Rebuilding), out var untold))
        {
            LogRebuild(_mapping, untold);
        }
    }

    /// <summary>The number of pollers could not be changed; it is tried again.</summary>
    public void NotScaled(Exception error)
    {
        if (Admit(nameof(NotScaled), out var untold))
        {
            LogNotScaled(_mapping, error.Message, untold);
        }
    }

    /// <summary>A line of the client's own log; what the client was told to log for debugging is never held back.</summary>
    public void Said(LogMessage message)
    {
        var level = message.Level switch
        {
            // The error callback says the same.
            _ when message.Facility == "FAIL" => LogLevel.Debug,
            SyslogLevel.Emergency or SyslogLevel.Alert or SyslogLevel.Critical or SyslogLevel.Error or SyslogLevel.Warning
                => LogLevel.Warning,
            SyslogLevel.Notice or SyslogLevel.Info => LogLevel.Information,
            _ => LogLevel.Debug,
        };
        var untold = 0;
        if (level == LogLevel.Debug || Admit("log " + message.Facility, out untold))
        {
            LogClient(level, _mapping, message.Facility, message.Message, untold);
        }
    }

    private bool Admit(string what, out int untold) => _environment.Told.Happened($"{_mapping} {what}", out untold);
}
