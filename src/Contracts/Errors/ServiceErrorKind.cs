namespace Dispatcher.Contracts.Errors;

/// <summary>The errors an API call can end with. The gateway gives each service's own type name and status to them.</summary>
public enum ServiceErrorKind
{
    /// <summary>A parameter is wrong (Lambda: InvalidParameterValueException 400).</summary>
    InvalidParameterValue,

    /// <summary>The body cannot be read (Lambda: InvalidRequestContentException 400).</summary>
    InvalidRequestContent,

    /// <summary>A model constraint is broken (ValidationException 400).</summary>
    Validation,

    /// <summary>The named thing does not exist (ResourceNotFoundException 404; Kinesis 400).</summary>
    NotFound,

    /// <summary>The thing exists already or is being changed (ResourceConflictException 409).</summary>
    Conflict,

    /// <summary>The thing is in a state that forbids the call (ResourceInUseException 400).</summary>
    InUse,

    /// <summary>A revision id does not match (PreconditionFailedException 412).</summary>
    PreconditionFailed,

    /// <summary>Too much of something is asked for (LimitExceededException, ServiceQuotaExceeded).</summary>
    LimitExceeded,

    /// <summary>Too many calls at a time (TooManyRequestsException 429, Kinesis: ProvisionedThroughputExceededException).</summary>
    Throttled,

    /// <summary>The payload is too large (RequestTooLargeException 413).</summary>
    TooLarge,

    /// <summary>The caller may not do this (AccessDeniedException 403).</summary>
    AccessDenied,

    /// <summary>The operation does not exist (UnknownOperationException 404).</summary>
    UnknownOperation,

    /// <summary>The archive cannot be used (InvalidZipFileException 502 at invoke, InvalidParameterValue at create).</summary>
    InvalidZip,

    /// <summary>The runtime cannot be used on this machine (InvalidRuntimeException 502).</summary>
    InvalidRuntime,

    /// <summary>An iterator or token is too old (Kinesis: ExpiredIteratorException 400).</summary>
    Expired,

    /// <summary>The server cannot do it now (ServiceException 500).</summary>
    Internal,
}
