using System.Diagnostics;

namespace Dispatcher.Bench;

/// <summary>The load generator <c>wrk</c>, in a process of its own.</summary>
internal static class Wrk
{
    /// <summary>Why benchmarks that need it cannot run here; null where they can.</summary>
    public static string? Missing { get; } =
        Tool("wrk") is null ? "wrk is not installed (apt-get install wrk)" : Tool("node") is null ? "node is not installed" : null;

    /// <summary>The folder with scripts for it.</summary>
    public static string Scripts { get; } = Path.Combine(Root(), "bench", "wrk");

    /// <summary>Posts events for some seconds from so many connections.</summary>
    /// <param name="url">Where to.</param>
    /// <param name="connections">Each sends its next request when it has its answer.</param>
    /// <param name="seconds">How long.</param>
    /// <param name="delayMs">Mean wait of a connection before each request.</param>
    /// <param name="type">X-Amz-Invocation-Type; null for none.</param>
    /// <param name="script">Which of <see cref="Scripts"/>.</param>
    public static async Task<WrkResult> RunAsync(
        string url, int connections, int seconds, int delayMs = 0, string? type = null, string script = "post.lua")
    {
        List<string> arguments =
            ["-t1", $"-c{connections}", $"-d{seconds}s", "--timeout", "30s", "-s", Path.Combine(Scripts, script), url, "--", $"{delayMs}"];
        using var wrk = Process.Start(new ProcessStartInfo(Tool("wrk")!, type is null ? arguments : [.. arguments, type]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        var output = await wrk.StandardOutput.ReadToEndAsync();
        await wrk.WaitForExitAsync();
        var line = output.Split('\n').FirstOrDefault(line => line.StartsWith("RESULT ", StringComparison.Ordinal))
            ?? throw new InvalidOperationException($"wrk failed: {output}");
        var numbers = line.Split(' ').Skip(1).Select(long.Parse).ToArray();
        return numbers[4] == 0
            ? new WrkResult(numbers[0] / (numbers[1] / 1e6), numbers[2] / 1e3, numbers[3] / 1e3)
            : throw new InvalidOperationException($"{numbers[4]} of {numbers[0]} requests to {url} failed");
    }

    private static string? Tool(string name) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Dispatcher.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("not run from the source tree");
        }

        return folder.FullName;
    }
}
