using Xunit;

namespace Dispatcher.Testing.Functions;

/// <summary>AWS's own runtime client for Node.js (npm <c>aws-lambda-ric</c>); <c>eng/lambda-ric</c> installs it.</summary>
public static class LambdaRic
{
    /// <summary>Its program; skips the running test, with the reason, where it is not installed.</summary>
    public static string Program()
    {
        var cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } given
            ? given
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        var folder = Environment.GetEnvironmentVariable("DISPATCHER_LAMBDA_RIC") is { Length: > 0 } own
            ? own
            : Path.Combine(cache, "dispatcher", "aws-lambda-ric");
        var program = Path.Combine(folder, "node_modules", "aws-lambda-ric", "bin", "index.mjs");
        Assert.SkipUnless(File.Exists(program), $"aws-lambda-ric is not in {folder}: eng/lambda-ric installs it");
        return program;
    }
}
