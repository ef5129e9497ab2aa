using System.Text;
using System.Text.Json.Nodes;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Functions;

namespace Dispatcher.Gateway.Lambda.Functions;

/// <summary>What a function's settings must be like together, beyond what the model says of each.</summary>
internal static class FunctionRules
{
    /// <summary>Variables that the runtime sets itself (those of Lambda's documentation).</summary>
    private static readonly HashSet<string> Reserved =
    [
        "_HANDLER", "_X_AMZN_TRACE_ID", "AWS_DEFAULT_REGION", "AWS_REGION", "AWS_EXECUTION_ENV",
        "AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_VERSION",
        "AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME", "AWS_ACCESS_KEY",
        "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_LAMBDA_RUNTIME_API",
        "LAMBDA_TASK_ROOT", "LAMBDA_RUNTIME_DIR",
    ];

    /// <summary>Checks a function's settings.</summary>
    /// <exception cref="Contracts.Errors.ServiceException">They do not go together.</exception>
    public static void Check(FunctionConfig config)
    {
        CheckRuntime(config);
        if (config.Environment is { Count: > 0 } environment)
        {
            CheckEnvironment(environment);
        }
    }

    private static void CheckRuntime(FunctionConfig config)
    {
        if (config.PackageType == "Image")
        {
            if (config.Runtime is not null || config.Handler is not null)
            {
                throw FunctionErrors.ImageWithRuntime();
            }

            return;
        }

        var needsHandler = config.Runtime?.StartsWith("provided", StringComparison.Ordinal) != true;
        if (config.Runtime is null || (needsHandler && string.IsNullOrEmpty(config.Handler)))
        {
            throw FunctionErrors.RuntimeMissing();
        }
    }

    private static void CheckEnvironment(IReadOnlyDictionary<string, string> environment)
    {
        var reserved = environment.Keys.Where(Reserved.Contains).ToArray();
        if (reserved.Length > 0)
        {
            throw FunctionErrors.ReservedVariables(reserved);
        }

        var json = new JsonObject(environment.Select(pair => KeyValuePair.Create<string, JsonNode?>(pair.Key, pair.Value)));
        var text = json.ToJsonString();
        if (Encoding.UTF8.GetByteCount(text) > Limits.EnvironmentBytes)
        {
            throw FunctionErrors.EnvironmentTooLarge(text);
        }
    }
}
