using Dispatcher.Contracts.Functions;

namespace Dispatcher.Adapters.RemoteWorkers;

/// <summary>Which functions are run by remote workers.</summary>
internal static class RemoteFunctions
{
    private static readonly string[] OtherSchemes = ["http://", "https://", "in-process://"];

    /// <summary>Whether a function is an image that nothing else here runs.</summary>
    public static bool Has(FunctionConfig config) => config is { PackageType: "Image", ImageUri: { Length: > 0 } uri }
        && !Array.Exists(OtherSchemes, scheme => uri.StartsWith(scheme, StringComparison.OrdinalIgnoreCase));

    /// <summary>What names a version: <c>function:version</c>.</summary>
    public static string Key(FunctionConfig config) => $"{config.Name}:{config.Version}";
}
