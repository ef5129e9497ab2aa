using System.Text.Json;

namespace Dispatcher.Testing.Aws;

/// <summary>How a run of the AWS CLI ended.</summary>
/// <param name="ExitCode">0 for success.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Error">Standard error, which carries the service's error type and text.</param>
public sealed record AwsResult(int ExitCode, string Output, string Error)
{
    /// <summary>The output as JSON; an empty object where there is none.</summary>
    public JsonElement Json
    {
        get
        {
            using var document = JsonDocument.Parse(string.IsNullOrWhiteSpace(Output) ? "{}" : Output);
            return document.RootElement.Clone();
        }
    }
}
