using System.CommandLine;

namespace Dispatcher.Silo.Cli;

/// <summary>The program's commands.</summary>
internal static class CommandLine
{
    /// <summary>All commands with their options and help.</summary>
    public static RootCommand Create() => new("Event source mappings and functions behind AWS Lambda's API, on your own machines.")
    {
        ServeCommand.Create(),
        StatusCommand.Create(),
        WorkerTokenCommand.Create(),
        DemoCommand.Create(),
        DemoCommand.CreateWorker(),
    };

    /// <summary>Runs a command line and returns the exit code: 0 done, 1 anything else.</summary>
    public static Task<int> RunAsync(string[] args)
    {
        // Signals belong to the commands: the server lets batches end, which may take longer than the parser would wait.
        var configuration = new InvocationConfiguration { ProcessTerminationTimeout = null };
        return Create().Parse(args).InvokeAsync(configuration);
    }
}
