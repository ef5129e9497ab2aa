using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Sources;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using TlsException = System.Security.Authentication.AuthenticationException;

namespace Dispatcher.Adapters.RabbitMq;

/// <summary>Says what an exception of the client library means for the owner of a mapping.</summary>
internal static class RabbitMqErrors
{
    /// <summary>Turns what the client threw into what the port throws. Anything unknown is a passing failure.</summary>
    public static SourceException Translate(Exception error, RabbitMqPlan plan)
    {
        for (var e = error; e is not null; e = Inner(e))
        {
            if (Known(e, plan) is { } known)
            {
                return known;
            }
        }

        return new SourceException(
            SourceErrorKind.Unavailable, $"broker '{plan.Broker}' at {plan.Url} cannot be read: {Root(error).Message}", error);
    }

    private static SourceException? Known(Exception e, RabbitMqPlan plan) => e switch
    {
        SourceException source => source,
        ServiceException service => new(SourceErrorKind.Configuration, service.Message, e),
        AuthenticationFailureException or PossibleAuthenticationFailureException => new(
            SourceErrorKind.Authentication, $"broker '{plan.Broker}' refused the user name and password of {plan.SecretArn}", e),
        TlsException => new(
            SourceErrorKind.Authentication, $"the certificate of broker '{plan.Broker}' is not trusted: {e.Message}", e),
        OperationInterruptedException { ShutdownReason: { } reason } => Closed(reason.ReplyCode, reason.ReplyText, plan, e),
        _ => null,
    };

    private static SourceException Closed(int code, string text, RabbitMqPlan plan, Exception e) => code switch
    {
        Constants.NotFound when text.Contains("no queue") => new(
            SourceErrorKind.Configuration,
            $"queue '{plan.Queue}' does not exist in virtual host '{plan.VirtualHost}'", e),
        Constants.NotAllowed when text.Contains("not found") => new(
            SourceErrorKind.Configuration, $"virtual host '{plan.VirtualHost}' does not exist", e),
        Constants.NotAllowed => new(SourceErrorKind.Authorization, text, e),
        Constants.AccessRefused when text.Contains("exclusive") => new(SourceErrorKind.Unavailable, text, e),
        Constants.AccessRefused => new(SourceErrorKind.Authorization, text, e),
        Constants.ResourceLocked => new(SourceErrorKind.Configuration, text, e),

        // A stream that is being recovered has no replica for a moment.
        Constants.PreconditionFailed when !text.Contains("replica") => new(SourceErrorKind.Configuration, text, e),
        _ => new(SourceErrorKind.Unavailable, $"broker '{plan.Broker}' closed the channel: {text}", e),
    };

    private static Exception? Inner(Exception e)
        => e is AggregateException { InnerExceptions: [var first, ..] } ? first : e.InnerException;

    private static Exception Root(Exception e)
    {
        while (Inner(e) is { } inner)
        {
            e = inner;
        }

        return e;
    }
}
