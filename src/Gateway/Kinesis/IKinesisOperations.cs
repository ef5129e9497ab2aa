namespace Dispatcher.Gateway.Kinesis;

/// <summary>Some operations of the API that belong together.</summary>
internal interface IKinesisOperations
{
    /// <summary>The operations by their names in the model. Their input was checked; they write their answer's members.</summary>
    IReadOnlyDictionary<string, Func<KinesisCall, CancellationToken, ValueTask>> Operations { get; }
}
