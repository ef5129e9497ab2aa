using System.Diagnostics;
using System.Text.Json;
using Xunit;

namespace Dispatcher.Testing.Aws;

/// <summary>Runs the distribution's AWS CLI against a server of a test.</summary>
public sealed class AwsCli(string endpoint, string region = "us-east-1", string key = "x", string secret = "x")
{
    private const string Program = "/usr/bin/aws";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    /// <summary>Skips the running test, with the reason, where the CLI is not installed.</summary>
    public static void SkipIfMissing()
    {
        if (!File.Exists(Program))
        {
            Assert.Skip($"{Program} is missing: apt-get install awscli");
        }
    }

    /// <summary>Runs a command that must succeed and returns what it printed; an empty object where it printed nothing.</summary>
    public async Task<JsonElement> RunAsync(params string[] arguments)
    {
        var result = await TryAsync(arguments);
        Assert.True(result.ExitCode == 0, $"aws {string.Join(' ', arguments)} ended with {result.ExitCode}: {result.Error}");
        return result.Json;
    }

    /// <summary>Runs a command that must fail and returns what it wrote to standard error.</summary>
    public async Task<string> FailAsync(params string[] arguments)
    {
        var result = await TryAsync(arguments);
        Assert.True(result.ExitCode != 0, $"aws {string.Join(' ', arguments)} succeeded: {result.Output}");
        return result.Error;
    }

    /// <summary>Calls a function with <c>aws lambda invoke</c>; returns the CLI's JSON and the function's answer.</summary>
    public async Task<(JsonElement Meta, string Payload)> InvokeAsync(string function, string payload, params string[] options)
    {
        var folder = Directory.CreateTempSubdirectory("dispatcher-aws-");
        try
        {
            var (input, output) = (Path.Combine(folder.FullName, "in"), Path.Combine(folder.FullName, "out"));
            await File.WriteAllTextAsync(input, payload);
            var meta = await RunAsync(
                ["lambda", "invoke", "--function-name", function, "--payload", $"fileb://{input}", .. options, output]);
            return (meta, await File.ReadAllTextAsync(output));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Runs a command, whatever its end.</summary>
    public async Task<AwsResult> TryAsync(params string[] arguments)
    {
        using var process = Process.Start(StartInfo(arguments)) ?? throw new InvalidOperationException($"{Program} did not start");
        using var timeout = new CancellationTokenSource(Patience);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(timeout.Token);
            var error = process.StandardError.ReadToEndAsync(timeout.Token);
            await process.WaitForExitAsync(timeout.Token);
            return new AwsResult(process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    private ProcessStartInfo StartInfo(string[] arguments)
    {
        var info = new ProcessStartInfo(Program)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            Environment =
            {
                ["AWS_ACCESS_KEY_ID"] = key,
                ["AWS_SECRET_ACCESS_KEY"] = secret,
                ["AWS_DEFAULT_REGION"] = region,
                ["AWS_EC2_METADATA_DISABLED"] = "true",
                ["AWS_MAX_ATTEMPTS"] = "2", // with 1 every error text carries "(reached max retries: 0)"
                ["AWS_PAGER"] = "",
                ["AWS_CONFIG_FILE"] = "/dev/null",
                ["AWS_SHARED_CREDENTIALS_FILE"] = "/dev/null",
                ["PYTHONIOENCODING"] = "utf-8",
            },
        };
        foreach (var argument in (string[])["--endpoint-url", endpoint, "--output", "json", .. arguments])
        {
            info.ArgumentList.Add(argument);
        }

        return info;
    }
}
