using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Store;

namespace Dispatcher.Gateway.Api;

/// <summary>The errors of reading a request, with AWS's texts.</summary>
internal static class ApiErrors
{
    /// <summary>A JSON value of the wrong type.</summary>
    public static ServiceException Serialization(string message)
        => new(ServiceErrorKind.Validation, message) { TypeName = "SerializationException" };

    /// <summary>A body that is not JSON.</summary>
    public static ServiceException NotJson(string detail)
        => new(ServiceErrorKind.InvalidRequestContent, $"Could not parse request body into json: {detail}");

    /// <summary>Broken constraints of the model, all of them in one message.</summary>
    public static ServiceException Validation(IReadOnlyList<string> broken)
        => new(
            ServiceErrorKind.Validation,
            $"{broken.Count} validation error{(broken.Count == 1 ? "" : "s")} detected: {string.Join("; ", broken)}");

    /// <summary>A path that is no operation.</summary>
    public static ServiceException UnknownOperation(string method, string path)
        => new(ServiceErrorKind.UnknownOperation, $"There is no operation at {method} {path}");

    /// <summary>An operation that exists at AWS and not here.</summary>
    public static ServiceException NotServed(string operation)
        => new(ServiceErrorKind.UnknownOperation, $"The operation {operation} is not served by this server")
        {
            TypeName = ErrorTypes.NotImplemented,
        };

    /// <summary>A body above the limit of all requests.</summary>
    public static ServiceException BodyTooLarge(long limit)
        => new(ServiceErrorKind.TooLarge, $"Request must be smaller than {limit} bytes")
        {
            TypeName = ErrorTypes.RequestEntityTooLarge,
        };

    /// <summary>An internal failure whose text is for the caller: a full disk, a damaged store. Null for all others.</summary>
    public static ServiceException? Told(Exception error) => error switch
    {
        ServiceException told => told,
        StoreException store => new ServiceException(ServiceErrorKind.Internal, $"The store failed: {store.Message}", store),
        _ => null,
    };
}
