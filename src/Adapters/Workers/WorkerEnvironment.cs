using System.Security.Cryptography;
using Dispatcher.Adapters.Workers.Processes;
using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Functions;

namespace Dispatcher.Adapters.Workers;

/// <summary>The environment of a worker: Lambda's, and nothing of this server's own.</summary>
internal static class WorkerEnvironment
{
    /// <summary>
    /// Names that a function may not set. Lambda's list without the credentials: there is no execution role here that they
    /// could come from, so a function that calls AWS gets its keys as variables.
    /// </summary>
    private static readonly HashSet<string> Reserved =
    [
        "_HANDLER", "_X_AMZN_TRACE_ID", "AWS_DEFAULT_REGION", "AWS_REGION", "AWS_EXECUTION_ENV",
        "AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_VERSION",
        "AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME",
        "AWS_LAMBDA_RUNTIME_API", "LAMBDA_TASK_ROOT", "LAMBDA_RUNTIME_DIR", WorkerMarks.Variable,
    ];

    /// <summary>Refuses variables whose names are reserved or are none.</summary>
    /// <exception cref="ServiceException">A name cannot be used; AWS's text.</exception>
    public static void Check(IReadOnlyDictionary<string, string>? variables)
    {
        var taken = variables?.Keys.Where(Reserved.Contains).Order(StringComparer.Ordinal).ToList() ?? [];
        if (taken.Count > 0)
        {
            throw ServiceException.Invalid(
                "Lambda was unable to configure your environment variables because the environment variables you have "
                + "provided contains reserved keys that are currently not supported for modification. Reserved keys used "
                + $"in this request: {string.Join(", ", taken)}");
        }

        if (variables?.Any(pair => pair.Key.Length == 0 || pair.Key.Contains('=') || (pair.Key + pair.Value).Contains('\0')) == true)
        {
            throw ServiceException.Invalid("Environment variables have a name that is empty or contains '=', or a zero byte.");
        }
    }

    /// <summary>All variables of one worker.</summary>
    /// <param name="config">The function.</param>
    /// <param name="server">Region and interpreters.</param>
    /// <param name="api">Address and port of the Runtime API for this worker.</param>
    /// <param name="folder">The unpacked code.</param>
    /// <param name="mark">The mark of the worker's processes.</param>
    /// <param name="temporary">The worker's folder for temporary files, where the function names none.</param>
    /// <param name="now">For the name of the log stream.</param>
    /// <param name="provisioned">Whether it is started to be kept ready.</param>
    public static Dictionary<string, string> For(
        FunctionConfig config, DispatcherConfig server, string api, string folder, string mark, string temporary, DateTimeOffset now, bool provisioned = false)
    {
        var variables = new Dictionary<string, string>
        {
            ["AWS_ACCESS_KEY_ID"] = "dispatcher",
            ["AWS_SECRET_ACCESS_KEY"] = "dispatcher",
            ["LANG"] = "en_US.UTF-8",
            ["TZ"] = ":UTC",
            ["TMPDIR"] = temporary,
            ["PATH"] = SearchPath(server.Workers),
            ["LD_LIBRARY_PATH"] = $"{folder}:{folder}/lib:/opt/lib",
        };
        AddOwn(variables, config.Environment);
        variables["AWS_LAMBDA_RUNTIME_API"] = api;
        variables["AWS_LAMBDA_FUNCTION_NAME"] = config.Name;
        variables["AWS_LAMBDA_FUNCTION_VERSION"] = config.Version;
        variables["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] = config.MemorySize.ToString();
        variables["AWS_LAMBDA_INITIALIZATION_TYPE"] = provisioned ? "provisioned-concurrency" : "on-demand";
        variables["AWS_LAMBDA_LOG_GROUP_NAME"] = $"/aws/lambda/{config.Name}";
        variables["AWS_LAMBDA_LOG_STREAM_NAME"] =
            $"{now.UtcDateTime:yyyy/MM/dd}/[{config.Version}]{RandomNumberGenerator.GetHexString(32, lowercase: true)}";
        variables["AWS_REGION"] = server.Region;
        variables["AWS_DEFAULT_REGION"] = server.Region;
        variables["LAMBDA_TASK_ROOT"] = folder;
        variables["LAMBDA_RUNTIME_DIR"] = RuntimeClients.Folder;
        variables[WorkerMarks.Variable] = mark;
        variables["_HANDLER"] = config.Handler ?? "";
        if (WorkerKinds.Of(config.Runtime) != WorkerKind.Provided)
        {
            variables["AWS_EXECUTION_ENV"] = $"AWS_Lambda_{config.Runtime}";
        }

        return variables;
    }

    /// <summary>The function's variables; its own credentials replace the made-up ones as a whole.</summary>
    private static void AddOwn(Dictionary<string, string> variables, IReadOnlyDictionary<string, string>? own)
    {
        if (own?.ContainsKey("AWS_ACCESS_KEY_ID") == true)
        {
            variables.Remove("AWS_SECRET_ACCESS_KEY");
        }

        foreach (var (name, value) in own ?? new Dictionary<string, string>())
        {
            variables[name] = value;
        }
    }

    /// <summary>Lambda's PATH and the folders of the configured interpreters, for <c>#!/usr/bin/env node</c>.</summary>
    private static string SearchPath(WorkersConfig config)
    {
        List<string> folders = ["/usr/local/bin", "/usr/bin", "/bin", "/opt/bin"];
        foreach (var program in new[] { config.Node, config.Python })
        {
            if (Path.GetDirectoryName(Programs.Find(program)) is { } folder && !folders.Contains(folder))
            {
                folders.Add(folder);
            }
        }

        return string.Join(':', folders);
    }
}
