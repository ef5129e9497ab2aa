using Dispatcher.Contracts.Errors;

namespace Dispatcher.Gateway.Sqs;

/// <summary>Errors as SQS tells them: in JSON by their type, in the query protocol by their code.</summary>
internal static class SqsErrors
{
    private const string Prefix = "AWS.SimpleQueueService.";
    private const string InternalFailure = "InternalFailure";

    private static readonly Dictionary<string, string> s_codes = new()
    {
        ["QueueDoesNotExist"] = Prefix + "NonExistentQueue",
        ["QueueNameExists"] = "QueueAlreadyExists",
        ["EmptyBatchRequest"] = Prefix + "EmptyBatchRequest",
        ["TooManyEntriesInBatchRequest"] = Prefix + "TooManyEntriesInBatchRequest",
        ["BatchEntryIdsNotDistinct"] = Prefix + "BatchEntryIdsNotDistinct",
        ["BatchRequestTooLong"] = Prefix + "BatchRequestTooLong",
        ["InvalidBatchEntryId"] = Prefix + "InvalidBatchEntryId",
        ["MessageNotInflight"] = Prefix + "MessageNotInflight",
        ["PurgeQueueInProgress"] = Prefix + "PurgeQueueInProgress",
        ["UnsupportedOperation"] = Prefix + "UnsupportedOperation",
        ["QueueDeletedRecently"] = Prefix + "QueueDeletedRecently",
        ["InvalidParameterValueException"] = "InvalidParameterValue",
        ["MissingRequiredParameterException"] = "MissingParameter",
        ["UnknownOperationException"] = "InvalidAction",
        ["SerializationException"] = "MalformedInput",
        ["ValidationException"] = "ValidationError",
    };

    /// <summary>The type of an error in the JSON protocol.</summary>
    public static string TypeOf(ServiceException error) => error.TypeName ?? error.Kind switch
    {
        ServiceErrorKind.InvalidParameterValue => "InvalidParameterValueException",
        ServiceErrorKind.InvalidRequestContent => "SerializationException",
        ServiceErrorKind.Validation => "ValidationException",
        ServiceErrorKind.UnknownOperation => "UnknownOperationException",
        ServiceErrorKind.TooLarge => "RequestEntityTooLargeException",
        ServiceErrorKind.LimitExceeded => "OverLimit",
        _ => InternalFailure,
    };

    /// <summary>The code of an error in the query protocol.</summary>
    public static string CodeOf(ServiceException error)
    {
        var type = TypeOf(error);
        return s_codes.GetValueOrDefault(type, type);
    }

    /// <summary>Whose fault it is.</summary>
    public static string FaultOf(ServiceException error) => error.Kind == ServiceErrorKind.Internal ? "Receiver" : "Sender";

    /// <summary>The status of an error: 400 for everything that the caller did.</summary>
    public static int StatusOf(ServiceException error) => error.Kind switch
    {
        ServiceErrorKind.Internal => 500,
        ServiceErrorKind.TooLarge => 413,
        _ => 400,
    };

    public static ServiceException NoQueue() => Of("QueueDoesNotExist", "The specified queue does not exist.");

    public static ServiceException Missing(string parameter)
        => Of("MissingRequiredParameterException", $"The request must contain the parameter {parameter}.");

    public static ServiceException OutOfRange(object value, string parameter, string reason)
        => Of("InvalidParameterValueException", $"Value {value} for parameter {parameter} is invalid. Reason: {reason}");

    public static ServiceException BadHandle(string handle)
        => Of("ReceiptHandleIsInvalid", $"The input receipt handle \"{handle}\" is not a valid receipt handle.");

    public static ServiceException NotInFlight() => Of("MessageNotInflight", "The specified message isn't in flight.");

    public static ServiceException UnknownAttribute(string name) => Of("InvalidAttributeName", $"Unknown Attribute {name}.");

    public static ServiceException EmptyBatch(string entry)
        => Of("EmptyBatchRequest", $"There should be at least one {entry} in the request.");

    public static ServiceException TooMany(int count) => Of(
        "TooManyEntriesInBatchRequest", $"Maximum number of entries per request are {Contracts.Limits.QueueBatch}. You have sent {count}.");

    public static ServiceException NotDistinct(string id) => Of("BatchEntryIdsNotDistinct", $"Id {id} repeated.");

    public static ServiceException BadEntryId() => Of(
        "InvalidBatchEntryId",
        "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.");

    public static ServiceException BatchTooLong(long bytes) => Of(
        "BatchRequestTooLong",
        $"Batch requests cannot be longer than {Contracts.Limits.QueueMessageBytes} bytes. You have sent {bytes} bytes.");

    public static ServiceException UnknownOperation(string operation) => new(
        ServiceErrorKind.UnknownOperation, $"The operation {operation} is not served by this server");

    private static ServiceException Of(string type, string message)
        => new(ServiceErrorKind.InvalidParameterValue, message) { TypeName = type };
}
