namespace Dispatcher.Contracts.Errors;

/// <summary>
/// An expected failure of an API call: what the caller did wrong or what the server cannot do. It is answered in the
/// shape of the service that was called; anything else that is thrown is answered as an internal error and logged.
/// </summary>
public sealed class ServiceException : Exception
{
    /// <summary>An error with the text that the caller is to read.</summary>
    public ServiceException(ServiceErrorKind kind, string message, Exception? inner = null)
        : base(message, inner) => Kind = kind;

    /// <summary>What kind of error it is.</summary>
    public ServiceErrorKind Kind { get; }

    /// <summary>The exact AWS error type where the kind alone does not say it (<c>InvalidSubnetIDException</c>, …).</summary>
    public string? TypeName { get; init; }

    /// <summary>For throttles: the value of <c>Reason</c> (<c>ReservedFunctionConcurrentInvocationLimitExceeded</c>, …).</summary>
    public string? Reason { get; init; }

    /// <summary>For throttles: the value of the header <c>Retry-After</c>, whole seconds.</summary>
    public int? RetryAfterSeconds { get; init; }

    /// <summary>A wrong parameter.</summary>
    public static ServiceException Invalid(string message) => new(ServiceErrorKind.InvalidParameterValue, message);

    /// <summary>A missing thing.</summary>
    public static ServiceException NotFound(string message) => new(ServiceErrorKind.NotFound, message);

    /// <summary>A thing that exists already or is being changed.</summary>
    public static ServiceException Conflict(string message) => new(ServiceErrorKind.Conflict, message);
}
