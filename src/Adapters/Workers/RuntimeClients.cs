using Dispatcher.Adapters.Workers.Archives;
using Dispatcher.Adapters.Workers.Processes;
using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Functions;

namespace Dispatcher.Adapters.Workers;

/// <summary>The programs that workers are: the function's own, or an interpreter with the client that ships with us.</summary>
internal static class RuntimeClients
{
    /// <summary>The folder of our runtime clients, beside the program.</summary>
    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "Workers", "Clients");

    /// <summary>The command that runs a function.</summary>
    /// <exception cref="ServiceException">
    /// The interpreter is not on this machine, or the runtime is not run here (InvalidParameterValue).
    /// </exception>
    public static string[] Command(FunctionConfig config, WorkersConfig workers, string folder)
        => WorkerKinds.Of(config.Runtime) switch
        {
            WorkerKind.Provided => [Path.Combine(folder, CodeCheck.Bootstrap)],
            WorkerKind.Node => 
                [Interpreter(config, workers.Node, "Workers:Node"), .. HeapOptions(config), Path.Combine(Folder, "runtime.mjs")],
            WorkerKind.Python => [Interpreter(config, workers.Python, "Workers:Python"), Path.Combine(Folder, "runtime.py")],
            _ => throw Unsupported(config),
        };

    /// <summary>As on Lambda: V8 collects before the function's memory is used up, instead of growing with the machine's.</summary>
    private static string[] HeapOptions(FunctionConfig config) =>
    [
        $"--max-old-space-size={config.MemorySize * 9 / 10}",
        $"--max-semi-space-size={Math.Clamp(config.MemorySize / 20, 1, 64)}",
    ];

    private static string Interpreter(FunctionConfig config, string program, string setting)
        => Programs.Find(program) ?? throw ServiceException.Invalid(
            $"Runtime {config.Runtime} needs the program '{program}', which is not on this machine (setting {setting}).");

    private static ServiceException Unsupported(FunctionConfig config) => ServiceException.Invalid(
        $"Runtime {config.Runtime ?? "(none)"} is not run here. These are: {WorkerKinds.Supported}.");
}
