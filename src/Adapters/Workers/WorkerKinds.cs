namespace Dispatcher.Adapters.Workers;

/// <summary>Which runtime identifier is run how.</summary>
internal static class WorkerKinds
{
    /// <summary>What to tell somebody who asked for another runtime.</summary>
    public const string Supported =
        "provided, provided.al2, provided.al2023 (an executable 'bootstrap'), nodejs*, python3.* (zip) and container "
        + "images (with an http(s):// ImageUri, or any where RemoteWorkers:Url is set)";

    /// <summary>The way to run a runtime identifier.</summary>
    public static WorkerKind Of(string? runtime) => runtime switch
    {
        "provided" => WorkerKind.Provided,
        not null when runtime.StartsWith("provided.") => WorkerKind.Provided,
        not null when runtime.StartsWith("nodejs") => WorkerKind.Node,
        not null when runtime.StartsWith("python3.") => WorkerKind.Python,
        _ => WorkerKind.Unsupported,
    };
}
