using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Dispatcher.Testing.Server;

namespace Dispatcher.Bench;

/// <summary>
/// Everything at once for minutes: records of a stream, synchronous and streamed invocations and asynchronous events, at a
/// steady pace. At the end nothing may be lost, no call may have failed and the server's memory may not have grown.
/// </summary>
internal sealed class SoakBench : IDisposable
{
    private const int Partitions = 4;
    private const int RecordsEachTime = 100;

    /// <summary>Megabytes that memory may grow by between the first and the last third: less than any leak leaves.</summary>
    private const double GrowthMegabytes = 64;

    private readonly HttpClient _http = new();
    private readonly List<double> _memory = [];
    private InvokeServer _server = null!;
    private string _seen = "";
    private int _records;
    private int _events;
    private int _calls;
    private int _streams;

    public static async Task RunAsync(int seconds)
    {
        using var soak = new SoakBench();
        await soak.StartAsync();
        await using (soak._server)
        {
            await soak.LoadAsync(TimeSpan.FromSeconds(seconds));
            await soak.JudgeAsync();
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task StartAsync()
    {
        _server = await InvokeServer.StartAsync();
        _seen = Directory.CreateDirectory(Path.Combine(_server.Process.Folder, "seen")).FullName;
        await _server.CreateNodeAsync("records", Recorder("records", "for (const r of event.Records) lines += Buffer.from(r.kinesis.data, 'base64') + '\\n';"));
        await _server.CreateNodeAsync("events", Recorder("events", "lines = event.id + '\\n';"));
        await _server.CreateNodeAsync("echo", "exports.handler = async (event) => event;");
        await _server.CreateNodeAsync(
            "streamed",
            "exports.handler = awslambda.streamifyResponse(async (event, stream) => { for (let i = 0; i < 20; i++) stream.write(Buffer.alloc(10000, 'x')); stream.end(); });");
        await PostAsync("Kinesis_20131202.CreateStream", "", new JsonObject { ["StreamName"] = "soak", ["ShardCount"] = Partitions });
        await PostAsync(null, "2015-03-31/event-source-mappings", new JsonObject
        {
            ["FunctionName"] = "records",
            ["EventSourceArn"] = "arn:aws:kinesis:us-east-1:000000000000:stream/soak",
            ["StartingPosition"] = "TRIM_HORIZON",
        });
    }

    /// <summary>A function that writes down what it got before it answers, one file per worker.</summary>
    private string Recorder(string name, string read) => $$"""
        const fs = require('fs');
        exports.handler = async (event) => {
          let lines = '';
          {{read}}
          fs.appendFileSync('{{_seen}}/{{name}}-' + process.pid, lines);
        };
        """;

    private async Task LoadAsync(TimeSpan time)
    {
        var start = Stopwatch.GetTimestamp();
        using var process = Process.GetProcessById(_server.Process.ProcessId);
        Func<Task>[] loads = [PutAsync, EventAsync, EventAsync, CallAsync, CallAsync, StreamAsync];
        await Task.WhenAll(loads.Select(load => Task.Run(async () =>
        {
            using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
            while (Stopwatch.GetElapsedTime(start) < time && await pace.WaitForNextTickAsync())
            {
                await load();
            }
        })).Append(Task.Run(async () =>
        {
            using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(500));
            while (Stopwatch.GetElapsedTime(start) < time && await pace.WaitForNextTickAsync())
            {
                process.Refresh();
                _memory.Add(process.WorkingSet64 / 1e6);
            }
        })));
    }

    private async Task PutAsync()
    {
        await KinesisPuts.PutNumbersAsync(_server.Process.Url, "soak", _records, RecordsEachTime, keys: 50);
        _records += RecordsEachTime;
    }

    private async Task EventAsync()
    {
        var id = Interlocked.Increment(ref _events);
        using var answer = await SendAsync(_server.Invoke("events"), $$"""{"id":{{id}}}""", "Event");
        Demand(answer.StatusCode == HttpStatusCode.Accepted, answer);
    }

    private async Task CallAsync()
    {
        var body = $$"""{"id":{{Interlocked.Increment(ref _calls)}}}""";
        using var answer = await SendAsync(_server.Invoke("echo"), body);
        Demand(await answer.Content.ReadAsStringAsync() == body, answer);
    }

    private async Task StreamAsync()
    {
        using var answer = await SendAsync($"{_server.Process.Url}2021-11-15/functions/streamed/response-streaming-invocations", "{}");
        var bytes = await answer.Content.ReadAsByteArrayAsync();
        Demand(bytes.Length > 200_000 && bytes.AsSpan().IndexOf("InvokeComplete"u8) > 0 && bytes.AsSpan().IndexOf("ErrorCode"u8) < 0, answer);
        _streams++;
    }

    private async Task JudgeAsync()
    {
        var start = Stopwatch.GetTimestamp();
        var (records, events) = (0, 0);
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        while ((records, events) != (_records, _events) && Stopwatch.GetElapsedTime(start).TotalSeconds < 60)
        {
            await pace.WaitForNextTickAsync();
            (records, events) = (Seen("records"), Seen("events"));
        }

        Report.Line("calls and streams, all answered", $"{_calls:N0}, {_streams:N0}");
        Report.Goal($"records lost of {_records:N0}", _records - records, "0", records == _records);
        Report.Goal($"accepted events lost of {_events:N0}", _events - events, "0", events == _events);
        var third = Math.Max(1, _memory.Count / 3);
        var (early, late) = (Report.Median(_memory.Skip(third).Take(third)), Report.Median(_memory.TakeLast(third)));
        Report.Line("memory of the server, MB, middle and last third", $"{early:0}, {late:0}");
        Report.Goal("growth, MB", late - early, $"< {GrowthMegabytes:0}", late - early < GrowthMegabytes);
    }

    /// <summary>How many different numbers a function saw.</summary>
    private int Seen(string name)
        => Directory.GetFiles(_seen, name + "-*").SelectMany(File.ReadLines).Where(line => line.Length > 0).Distinct().Count();

    private Task<HttpResponseMessage> SendAsync(string url, string body, string? type = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (type is not null)
        {
            request.Headers.Add("X-Amz-Invocation-Type", type);
        }

        return _http.SendAsync(request);
    }

    private async Task PostAsync(string? target, string path, JsonObject body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{_server.Process.Url}{path}") { Content = new StringContent(body.ToJsonString()) };
        request.Content.Headers.ContentType = new(target is null ? "application/json" : "application/x-amz-json-1.1");
        if (target is not null)
        {
            request.Headers.Add("X-Amz-Target", target);
        }

        using var answer = await _http.SendAsync(request);
        Demand(answer.IsSuccessStatusCode, answer);
    }

    private static void Demand(bool isRight, HttpResponseMessage answer)
    {
        if (!isRight)
        {
            throw new InvalidOperationException($"{answer.RequestMessage!.RequestUri} was answered wrongly: {answer}");
        }
    }
}
