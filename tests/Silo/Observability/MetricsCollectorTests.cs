using System.Diagnostics.Metrics;
using Dispatcher.Contracts.Diagnostics;
using Dispatcher.Silo.Observability.Metrics;

namespace Dispatcher.Silo.Tests.Observability;

public sealed class MetricsCollectorTests : IDisposable
{
    private readonly MetricsCollector _collector = new();
    private readonly Instruments _instruments = new();

    // Other tests of this process may count too: labels of our own tell ours apart.
    private readonly string _mapping = Guid.NewGuid().ToString();

    public void Dispose()
    {
        _instruments.Dispose();
        _collector.Dispose();
    }

    [Fact]
    public void Write_Counter_AddsUpByLabel()
    {
        _instruments.Polled(_mapping, 3);
        _instruments.Polled(_mapping, 4);

        var text = Text();

        Assert.Contains("# HELP dispatcher_polled_event_count_total Records read from the source\n# TYPE dispatcher_polled_event_count_total counter\n", text);
        Assert.Contains($"dispatcher_polled_event_count_total{{mapping=\"{_mapping}\"}} 7\n", text);
    }

    [Fact]
    public void Write_TwoLabels_ShowsBoth()
    {
        _instruments.Failed(_mapping, "PollingErrorCount");

        Assert.Contains($"dispatcher_error_count_total{{mapping=\"{_mapping}\",kind=\"PollingErrorCount\"}} 1\n", Text());
    }

    [Fact]
    public void Write_SomeLabelsAlike_TellsSeriesApart()
    {
        for (var i = 0; i < 3; i++)
        {
            _instruments.Failed(new string(_mapping), "PollingErrorCount");
            _instruments.Failed(_mapping, i == 0 ? "InvokeErrorCount" : "CommitErrorCount");
        }

        var text = Text();
        Assert.Contains($"dispatcher_error_count_total{{mapping=\"{_mapping}\",kind=\"PollingErrorCount\"}} 3\n", text);
        Assert.Contains($"dispatcher_error_count_total{{mapping=\"{_mapping}\",kind=\"InvokeErrorCount\"}} 1\n", text);
        Assert.Contains($"dispatcher_error_count_total{{mapping=\"{_mapping}\",kind=\"CommitErrorCount\"}} 2\n", text);
    }

    [Fact]
    public void Write_Histogram_HasCumulativeBucketsSumAndCount()
    {
        _instruments.IteratorAge(_mapping, 1);
        _instruments.IteratorAge(_mapping, 1.5);
        _instruments.IteratorAge(_mapping, 1e9);

        var text = Text();

        Assert.Contains("# TYPE dispatcher_iterator_age_milliseconds histogram\n", text);
        Assert.Contains($"dispatcher_iterator_age_milliseconds_bucket{{mapping=\"{_mapping}\",le=\"1\"}} 1\n", text);
        Assert.Contains($"dispatcher_iterator_age_milliseconds_bucket{{mapping=\"{_mapping}\",le=\"2\"}} 2\n", text);
        Assert.Contains($"dispatcher_iterator_age_milliseconds_bucket{{mapping=\"{_mapping}\",le=\"86400000\"}} 2\n", text);
        Assert.Contains($"dispatcher_iterator_age_milliseconds_bucket{{mapping=\"{_mapping}\",le=\"+Inf\"}} 3\n", text);
        Assert.Contains($"dispatcher_iterator_age_milliseconds_sum{{mapping=\"{_mapping}\"}} 1000000002.5\n", text);
        Assert.Contains($"dispatcher_iterator_age_milliseconds_count{{mapping=\"{_mapping}\"}} 3\n", text);
    }

    [Fact]
    public void Write_ObservedSeriesThatIsGone_IsNotShownAgain()
    {
        var lag = 5L;
        _instruments.Observe("OffsetLag", "{record}", "Records behind", () => lag < 0 ? [] : [new Measurement<long>(lag, new KeyValuePair<string, object?>("mapping", _mapping))]);
        var line = $"dispatcher_offset_lag{{mapping=\"{_mapping}\"}}";

        var first = Text();
        lag = 6;
        var second = Text();
        lag = -1;
        var third = Text();

        Assert.Contains($"{line} 5\n", first);
        Assert.Contains("# TYPE dispatcher_offset_lag gauge\n", first);
        Assert.Contains($"{line} 6\n", second);
        Assert.DoesNotContain(line, third);
    }

    [Fact]
    public void Write_LabelValue_IsEscaped()
    {
        _instruments.Throttled("a\"b\\c\nd" + _mapping);

        Assert.Contains($"dispatcher_throttles_total{{function=\"a\\\"b\\\\c\\nd{_mapping}\"}} 1\n", Text());
    }

    [Fact]
    public void Write_MoreSeriesThanAllowed_CountsTheRestTogether()
    {
        using var small = new MetricsCollector(1);
        _instruments.Committed(_mapping + "a", 1);
        _instruments.Committed(_mapping + "b", 2);
        _instruments.Committed(_mapping + "c", 3);
        var text = new StringWriter();
        small.Write(text);

        Assert.Contains("dispatcher_committed_event_count_total{overflow=\"true\"} ", text.ToString());
        Assert.DoesNotContain(_mapping + "c", text.ToString());
    }

    [Fact]
    public void Write_EveryLine_IsOfTheFormat()
    {
        _instruments.Ran("f" + _mapping, 12.5, failed: true);

        var lines = Text().Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Contains(lines, line => line.StartsWith("dotnet_", StringComparison.Ordinal));
        Assert.All(lines, line => Assert.Matches(
            """^(# (HELP|TYPE) [a-z_0-9]+ .+|[a-z_0-9]+(\{[a-z_0-9]+="([^"\\]|\\.)*"(,[a-z_0-9]+="([^"\\]|\\.)*")*\})? (-?[0-9.]+([eE][+-]?[0-9]+)?|[+-]Inf|NaN))$""",
            line));
    }

    private string Text()
    {
        var text = new StringWriter();
        _collector.Write(text);
        return text.ToString();
    }
}
