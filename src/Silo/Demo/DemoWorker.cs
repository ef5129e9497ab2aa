using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Dispatcher.Silo.Demo;

/// <summary>The demo's function: a Lambda Runtime API client that writes down what it gets before it answers.</summary>
internal static class DemoWorker
{
    /// <summary>The hidden command that runs it.</summary>
    public const string Command = "demo-worker";

    /// <summary>Environment variable with the path of this program.</summary>
    public const string ProgramVariable = "DEMO_PROGRAM";

    private const string FolderVariable = "DEMO_DELIVERIES";
    private const string DotnetVariable = "DOTNET_ROOT";

    /// <summary>The function's environment variables.</summary>
    public static Dictionary<string, string> Settings(string folder)
    {
        var settings = new Dictionary<string, string> { [ProgramVariable] = Environment.ProcessPath!, [FolderVariable] = folder };
        if (Environment.GetEnvironmentVariable(DotnetVariable) is { Length: > 0 } dotnet)
        {
            settings[DotnetVariable] = dotnet;
        }

        return settings;
    }

    /// <summary>Takes one event after the other until the process is killed or the server is gone.</summary>
    public static async Task<int> RunAsync(CancellationToken cancellation)
    {
        var api = $"http://{Environment.GetEnvironmentVariable("AWS_LAMBDA_RUNTIME_API")}/2018-06-01/runtime/invocation/";
        var folder = Environment.GetEnvironmentVariable(FolderVariable)!;
        using var http = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        await using var file = new FileStream(
            Path.Combine(folder, $"{Environment.ProcessId}.txt"), FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
        while (true)
        {
            using var next = await http.GetAsync(api + "next", cancellation);
            next.EnsureSuccessStatusCode();
            await file.WriteAsync(Lines(await next.Content.ReadAsByteArrayAsync(cancellation)), cancellation);
            var id = next.Headers.GetValues("Lambda-Runtime-Aws-Request-Id").First();
            using var answer = await http.PostAsync(api + id + "/response", new ByteArrayContent("null"u8.ToArray()), cancellation);
            answer.EnsureSuccessStatusCode();
        }
    }

    /// <summary>One line per record of a Kinesis event.</summary>
    private static byte[] Lines(byte[] payload)
    {
        var now = (DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch).TotalMilliseconds;
        var lines = new StringBuilder();
        using var document = JsonDocument.Parse(payload);
        foreach (var record in document.RootElement.GetProperty("Records").EnumerateArray())
        {
            using var data = JsonDocument.Parse(record.GetProperty("kinesis").GetProperty("data").GetBytesFromBase64());
            var latency = now - data.RootElement.GetProperty("at").GetDouble();
            lines.Append(CultureInfo.InvariantCulture, $"{data.RootElement.GetProperty("n").GetInt32()} {latency:F3}\n");
        }

        return Encoding.ASCII.GetBytes(lines.ToString());
    }
}
