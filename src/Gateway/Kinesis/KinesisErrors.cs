using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Errors;

namespace Dispatcher.Gateway.Kinesis;

/// <summary>Errors as Kinesis tells them.</summary>
internal sealed class KinesisErrors(DispatcherConfig config)
{
    public const string InternalFailure = "InternalFailure";

    private const int ToleranceMs = Contracts.Limits.ShardIteratorMs;

    /// <summary>The type name of an error.</summary>
    public static string TypeOf(ServiceException error) => error.TypeName ?? error.Kind switch
    {
        ServiceErrorKind.InvalidParameterValue => "InvalidArgumentException",
        ServiceErrorKind.InvalidRequestContent => "SerializationException",
        ServiceErrorKind.Validation => "ValidationException",
        ServiceErrorKind.NotFound => "ResourceNotFoundException",
        ServiceErrorKind.Conflict or ServiceErrorKind.InUse => "ResourceInUseException",
        ServiceErrorKind.LimitExceeded => "LimitExceededException",
        ServiceErrorKind.Throttled => "ProvisionedThroughputExceededException",
        ServiceErrorKind.TooLarge => "RequestEntityTooLargeException",
        ServiceErrorKind.AccessDenied => "AccessDeniedException",
        ServiceErrorKind.UnknownOperation => "UnknownOperationException",
        ServiceErrorKind.Expired => "ExpiredIteratorException",
        _ => InternalFailure,
    };

    /// <summary>The status of an error: 400 for everything that the caller did.</summary>
    public static int StatusOf(ServiceErrorKind kind) => kind switch
    {
        ServiceErrorKind.Internal => 500,
        ServiceErrorKind.TooLarge => 413,
        _ => 400,
    };

    public static ServiceException UnknownOperation(string operation, bool known) => new(
        ServiceErrorKind.UnknownOperation,
        known ? $"The operation {operation} is not served by this server" : $"There is no operation {operation}");

    public static ServiceException BodyTooLarge()
        => new(ServiceErrorKind.TooLarge, $"Request must be smaller than {Contracts.Limits.StreamRequestBytes} bytes");

    public static ServiceException BadIterator() => ServiceException.Invalid("Invalid ShardIterator.");

    public static ServiceException ExpiredIterator(long createdMs, long nowMs) => new(
        ServiceErrorKind.Expired,
        $"Iterator expired. The iterator was created at time {Show(createdMs)} while right now it is {Show(nowMs)} which is "
        + $"further in the future than the tolerated delay of {ToleranceMs} milliseconds.");

    public static ServiceException BadToken() => ServiceException.Invalid("Invalid NextToken.");

    public static ServiceException ExpiredToken(long createdMs, long nowMs) => new(
        ServiceErrorKind.Expired,
        $"NextToken expired. It was created at time {Show(createdMs)} while right now it is {Show(nowMs)}.")
    {
        TypeName = "ExpiredNextTokenException",
    };

    public ServiceException ShardNotFound(string stream, string shard)
        => ServiceException.NotFound($"Shard {shard} in stream {stream} under account {config.Account} does not exist");

    public ServiceException StreamNotFound(string stream)
        => ServiceException.NotFound($"Stream {stream} under account {config.Account} not found.");

    public ServiceException BadSequence(string stream, string shard, string text, bool foreign) => ServiceException.Invalid(
        $"StartingSequenceNumber {text} used in GetShardIterator on shard {shard} in stream {stream} under account "
        + $"{config.Account} is invalid{(foreign ? " because it did not come from this stream" : "")}.");

    private static string Show(long milliseconds)
        => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).ToString("ddd MMM dd HH:mm:ss 'UTC' yyyy");
}
