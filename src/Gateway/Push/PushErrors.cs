using Dispatcher.Contracts;
using Dispatcher.Contracts.Errors;
using Dispatcher.Gateway.Api;

namespace Dispatcher.Gateway.Push;

/// <summary>What is answered to requests that push nothing.</summary>
internal static class PushErrors
{
    public static ServiceException WrongToken() => new(
        ServiceErrorKind.AccessDenied, "The request has no token of this push source (Authorization: Bearer TOKEN)")
    {
        TypeName = ErrorTypes.Unauthorized,
    };

    public static ServiceException UnknownSource(string name) => ServiceException.NotFound($"There is no push source {name} (Push:{name})");

    public static ServiceException WrongType(string? given, string wanted) => new(
        ServiceErrorKind.Validation, $"The content type '{given}' is not taken here; {wanted}")
    {
        TypeName = ErrorTypes.UnsupportedMediaType,
    };

    public static ServiceException TooMany(int events) => new(
        ServiceErrorKind.TooLarge, $"{events} events are more than the {Limits.PushEvents} that one request may have")
    {
        TypeName = ErrorTypes.RequestEntityTooLarge,
    };

    public static ServiceException Bad(string message) => new(ServiceErrorKind.InvalidRequestContent, message);

    public static ServiceException OtherSource(string arn, string allowed) => new(
        ServiceErrorKind.AccessDenied, $"The event comes from {arn}, and this push source only speaks for {allowed}");
}
