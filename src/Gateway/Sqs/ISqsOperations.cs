using System.Text.Json.Nodes;

namespace Dispatcher.Gateway.Sqs;

/// <summary>Some operations of the API that belong together.</summary>
internal interface ISqsOperations
{
    /// <summary>The operations by their names in the model; they return their answer in the form of the JSON protocol.</summary>
    IReadOnlyDictionary<string, Func<SqsCall, CancellationToken, ValueTask<JsonObject>>> Operations { get; }
}
