using Dispatcher.Contracts.Errors;

namespace Dispatcher.Gateway.Api;

/// <summary>Names and statuses of Lambda's error types.</summary>
internal static class ErrorTypes
{
    /// <summary>The error of operations that are not served here.</summary>
    public const string NotImplemented = "NotImplementedException";

    /// <summary>The error of bodies that are too large for the service.</summary>
    public const string RequestEntityTooLarge = "RequestEntityTooLargeException";

    /// <summary>The error of a push source whose token is not right.</summary>
    public const string Unauthorized = "UnauthorizedException";

    /// <summary>The error of bodies whose type the server does not take.</summary>
    public const string UnsupportedMediaType = "UnsupportedMediaTypeException";

    /// <summary>The Lambda error type of a kind.</summary>
    public static string Of(ServiceErrorKind kind) => kind switch
    {
        ServiceErrorKind.InvalidParameterValue => "InvalidParameterValueException",
        ServiceErrorKind.InvalidRequestContent => "InvalidRequestContentException",
        ServiceErrorKind.Validation => "ValidationException",
        ServiceErrorKind.NotFound => "ResourceNotFoundException",
        ServiceErrorKind.Conflict => "ResourceConflictException",
        ServiceErrorKind.InUse => "ResourceInUseException",
        ServiceErrorKind.PreconditionFailed => "PreconditionFailedException",
        ServiceErrorKind.LimitExceeded => "ServiceQuotaExceededException",
        ServiceErrorKind.Throttled => "TooManyRequestsException",
        ServiceErrorKind.TooLarge => "RequestTooLargeException",
        ServiceErrorKind.AccessDenied => "AccessDeniedException",
        ServiceErrorKind.UnknownOperation => "UnknownOperationException",
        ServiceErrorKind.InvalidZip => "InvalidZipFileException",
        ServiceErrorKind.InvalidRuntime => "InvalidRuntimeException",
        ServiceErrorKind.Expired => "ExpiredTokenException",
        _ => "ServiceException",
    };

    /// <summary>Status and text member of the types that the model leaves out, which all services share.</summary>
    public static ErrorModel Shared(string type) => type switch
    {
        "UnknownOperationException" => new ErrorModel(404, "message"),
        "AccessDeniedException" => new ErrorModel(403, "Message"),
        "MissingAuthenticationTokenException" or "UnrecognizedClientException" or "InvalidSignatureException"
            or "IncompleteSignatureException" => new ErrorModel(403, "message"),
        Unauthorized => new ErrorModel(401, "message"),
        NotImplemented => new ErrorModel(501, "message"),
        RequestEntityTooLarge => new ErrorModel(413, "message"),
        _ => new ErrorModel(400, "message"),
    };
}
