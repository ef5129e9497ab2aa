using System.Diagnostics.Metrics;
using Confluent.Kafka;
using Dispatcher.Adapters.Kafka;
using Dispatcher.Adapters.Tests.Workers;
using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Adapters.Tests.Kafka;

public sealed class KafkaHealthTests : IDisposable
{
    private static readonly Error Down = new(ErrorCode.Local_AllBrokersDown, "1/1 brokers are down");

    private readonly LogLines _log = new();
    private readonly LoggerFactory _loggers;
    private readonly Instruments _instruments = new();
    private readonly ManualTime _time = new();
    private readonly KafkaHealth _health;
    private readonly MeterListener _meters = new();
    private readonly string _mapping = Guid.NewGuid().ToString();
    private long _counted;

    public KafkaHealthTests()
    {
        _loggers = new LoggerFactory([_log]);
        _health = new KafkaHealth(
            _mapping, new KafkaEnvironment(new DispatcherConfig(), new FakeSecrets(), _instruments, _loggers, _time));
        _meters.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == "ErrorCount")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _meters.SetMeasurementEventCallback<long>((_, value, tags, _) =>
        {
            foreach (var tag in tags)
            {
                _counted += _mapping.Equals(tag.Value) ? value : 0;
            }
        });
        _meters.Start();
    }

    public void Dispose()
    {
        _meters.Dispose();
        _loggers.Dispose();
        _log.Dispose();
        _instruments.Dispose();
    }

    [Fact]
    public void Failed_TwentyTimesASecond_IsToldOnceAMinuteAndCountedAlways()
    {
        for (var i = 0; i < 20 * 61; i++)
        {
            _health.Failed(Down);
            _time.Advance(TimeSpan.FromMilliseconds(50));
        }

        Assert.Equal(2, _log.Lines.Count);
        Assert.Contains("Local_AllBrokersDown: 1/1 brokers are down (0 more", _log.Lines.First());
        Assert.Contains("(1199 more", _log.Lines.Last());
        Assert.Equal(1_220, _counted);
    }

    [Fact]
    public void Worked_AfterAnOutage_IsToldOnce()
    {
        _health.Worked();
        Assert.Empty(_log.Lines);
        _health.Failed(Down);
        _health.Failed(Down);
        _time.Advance(TimeSpan.FromSeconds(5));

        _health.Worked();
        _health.Worked();

        Assert.Equal(2, _log.Lines.Count);
        Assert.StartsWith("Information KafkaClusterBack", _log.Lines.Last());
        Assert.Contains("after 5.0 s and 2 error reports", _log.Lines.Last());
    }

    [Fact]
    public void Failed_ComesAndGoesAllTheTime_IsNotToldAllTheTime()
    {
        for (var i = 0; i < 500; i++)
        {
            _health.Failed(Down);
            _time.Advance(TimeSpan.FromMilliseconds(100));
            _health.Worked();
        }

        Assert.Equal(2, _log.Lines.Count);
    }

    [Fact]
    public void Failed_ConnectionRefusedAndNoBrokerLeftByClientAfterClient_IsToldOnce()
    {
        var environment = new KafkaEnvironment(new DispatcherConfig(), new FakeSecrets(), _instruments, _loggers, _time);
        for (var client = 0; client < 5; client++)
        {
            var health = new KafkaHealth(_mapping, environment);
            health.Failed(new Error(ErrorCode.Local_Transport, "b:9092/bootstrap: Connect to ipv4#10.0.0.1:9092 failed: Connection refused"));
            health.Failed(Down);
            health.Said(new LogMessage("c", SyslogLevel.Error, "FAIL", "Connect to ipv4#10.0.0.1:9092 failed: Connection refused"));
            _time.Advance(TimeSpan.FromSeconds(10));
        }

        Assert.Contains("Connection refused", Assert.Single(_log.Lines, line => line.StartsWith("Warning", StringComparison.Ordinal)));
    }

    [Fact]
    public void Failed_AnotherError_IsToldToo()
    {
        _health.Failed(Down);
        _health.Failed(new Error(ErrorCode.Local_Authentication, "wrong password"));

        Assert.Contains("wrong password", _log.Lines.Last());
    }

    [Fact]
    public void Said_SameFacilityAgain_IsHeldBackUnlessItIsForDebugging()
    {
        for (var i = 0; i < 10; i++)
        {
            _health.Said(new LogMessage("c", SyslogLevel.Error, "SASLREFRESH", "no token"));
            _health.Said(new LogMessage("c", SyslogLevel.Debug, "FETCH", "fetching"));
        }

        Assert.Single(_log.Lines, l => l.Contains("no token", StringComparison.Ordinal));
        Assert.Equal(10, _log.Lines.Count(l => l.StartsWith("Debug", StringComparison.Ordinal)));
    }
}
