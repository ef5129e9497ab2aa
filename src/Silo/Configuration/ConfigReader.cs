using Dispatcher.Contracts.Configuration;

namespace Dispatcher.Silo.Configuration;

/// <summary>Reads the configuration: file, then environment, then command line; the later wins.</summary>
internal static class ConfigReader
{
    /// <summary>What the names of environment variables begin with; <c>__</c> separates levels.</summary>
    public const string EnvironmentPrefix = "DISPATCHER__";

    /// <summary>Reads and validates.</summary>
    /// <param name="file">A JSON file; null for none.</param>
    /// <param name="commandLine">Values of the command line by their configuration key.</param>
    public static ConfigResult Read(string? file, IReadOnlyDictionary<string, string?> commandLine)
    {
        var config = new DispatcherConfig();
        try
        {
            var values = Load(file, commandLine);
            var unknown = UnknownSettings.Of(values, typeof(DispatcherConfig)).Select(path => $"unknown setting '{path}'").ToArray();
            return new ConfigResult(config, [.. unknown, .. Bind(values, config) ?? ConfigValidator.Validate(config)]);
        }
        catch (Exception e) when (e is InvalidOperationException or InvalidDataException or IOException or UnauthorizedAccessException)
        {
            return new ConfigResult(config, [Explain(e)]);
        }
    }

    private static IConfiguration Load(string? file, IReadOnlyDictionary<string, string?> commandLine)
    {
        var builder = new ConfigurationBuilder();
        if (file is not null)
        {
            builder.AddJsonFile(Path.GetFullPath(file), optional: false, reloadOnChange: false);
        }

        return builder.AddEnvironmentVariables(EnvironmentPrefix).AddInMemoryCollection(commandLine).Build();
    }

    /// <summary>Fills in the configuration; returns the first value of a wrong type, null where there is none.</summary>
    private static IReadOnlyList<string>? Bind(IConfiguration values, DispatcherConfig config)
    {
        try
        {
            values.Bind(config);
            return null;
        }
        catch (InvalidOperationException e)
        {
            return [Explain(e)];
        }
    }

    private static string Explain(Exception e)
        => e.InnerException is null ? e.Message : $"{e.Message} {e.GetBaseException().Message}";
}
