using Dispatcher.Contracts.Errors;

namespace Dispatcher.Adapters.EmbeddedQueues;

/// <summary>Errors of queues with the names and the words of SQS.</summary>
internal static class QueueErrors
{
    public static ServiceException NoQueue()
        => Of("QueueDoesNotExist", "The specified queue does not exist.", ServiceErrorKind.NotFound);

    public static ServiceException Exists(string attribute) => Of(
        "QueueNameExists", $"A queue already exists with the same name and a different value for attribute {attribute}", ServiceErrorKind.Conflict);

    public static ServiceException UnknownAttribute(string name) => Of("InvalidAttributeName", $"Unknown Attribute {name}.");

    public static ServiceException BadAttribute(string name) => Of("InvalidAttributeValue", $"Invalid value for the parameter {name}.");

    public static ServiceException BadName() => Invalid(
        "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length");

    public static ServiceException Invalid(string message) => Of("InvalidParameterValueException", message);

    public static ServiceException Invalid(object value, string parameter, string reason)
        => Invalid($"Value {value} for parameter {parameter} is invalid. Reason: {reason}");

    public static ServiceException Missing(string parameter)
        => Of("MissingRequiredParameterException", $"The request must contain the parameter {parameter}.");

    public static ServiceException NoResource(string message) => Of("ResourceNotFoundException", message, ServiceErrorKind.NotFound);

    public static ServiceException Unsupported(string message) => Of("UnsupportedOperation", message);

    public static ServiceException PurgeInProgress(string queue) => Of(
        "PurgeQueueInProgress", $"Only one PurgeQueue operation on {queue} is allowed every 60 seconds.", ServiceErrorKind.Conflict);

    public static ServiceException BadContents() => Of(
        "InvalidMessageContents",
        "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF");

    private static ServiceException Of(string type, string message, ServiceErrorKind kind = ServiceErrorKind.InvalidParameterValue)
        => new(kind, message) { TypeName = type };
}
