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
        IConfiguration values;
        try
        {
            var builder = new ConfigurationBuilder();
            if (file is not null)
            {
                builder.AddJsonFile(Path.GetFullPath(file), optional: false, reloadOnChange: false);
            }

            builder.AddEnvironmentVariables(EnvironmentPrefix).AddInMemoryCollection(commandLine);
            values = builder.Build();
            values.Bind(config);
        }
        catch (Exception e) when (e is InvalidOperationException or InvalidDataException or IOException or UnauthorizedAccessException)
        {
            return new ConfigResult(config, [Explain(e)]);
        }

        return new ConfigResult(config, [.. Unknown(values), .. ConfigValidator.Validate(config)]);
    }

    /// <summary>The settings that there are not. The binder ends at the first level that has some.</summary>
    private static IEnumerable<string> Unknown(IConfiguration values)
    {
        try
        {
            values.Bind(new DispatcherConfig(), options => options.ErrorOnUnknownConfiguration = true);
            return [];
        }
        catch (InvalidOperationException e)
        {
            return [Explain(e)];
        }
    }

    /// <summary>The binder wraps the reason in sentences about its own classes; the innermost text names the value.</summary>
    private static string Explain(Exception e)
    {
        const string unknown = "the following properties were not found on the instance of ";
        var at = e.Message.IndexOf(unknown, StringComparison.Ordinal);
        if (at >= 0)
        {
            var names = e.Message[(e.Message.IndexOf(':', at) + 1)..].Trim();
            return $"unknown setting {names}";
        }

        return e.InnerException is null ? e.Message : $"{e.Message} {e.GetBaseException().Message}";
    }
}
