using Dispatcher.Adapters.RabbitMq;
using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Sources;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;

namespace Dispatcher.Adapters.Tests.RabbitMq;

public sealed class RabbitMqErrorsTests
{
    private static readonly RabbitMqPlan Plan = new("u", "orders", new Uri("amqp://h:1"), "q")
    {
        VirtualHost = "/",
        SecretArn = "arn:aws:secretsmanager:us-east-1:000000000000:secret:s",
        CaFile = "",
        Consumers = 1,
        Prefetch = 1,
    };

    // The texts are RabbitMQ 3.10's own.
    [Theory]
    [InlineData(404, "NOT_FOUND - no queue 'q' in vhost '/'", SourceErrorKind.Configuration)]
    [InlineData(404, "NOT_FOUND - home node 'r@h' of durable queue 'q' in vhost '/' is down or inaccessible", SourceErrorKind.Unavailable)]
    [InlineData(406, "PRECONDITION_FAILED - queue 'q' in vhost '/' does not have a replica on the local node", SourceErrorKind.Unavailable)]
    [InlineData(406, "PRECONDITION_FAILED - invalid arg 'x-stream-offset' for queue 'q'", SourceErrorKind.Configuration)]
    [InlineData(405, "RESOURCE_LOCKED - cannot obtain exclusive access to locked queue 'q'", SourceErrorKind.Configuration)]
    [InlineData(403, "ACCESS_REFUSED - access to queue 'q' in vhost '/' refused for user 'u'", SourceErrorKind.Authorization)]
    [InlineData(403, "ACCESS_REFUSED - queue 'q' in vhost '/' in exclusive use", SourceErrorKind.Unavailable)]
    [InlineData(530, "NOT_ALLOWED - vhost x not found", SourceErrorKind.Configuration)]
    [InlineData(530, "NOT_ALLOWED - access to vhost '/' refused for user 'u'", SourceErrorKind.Authorization)]
    [InlineData(320, "CONNECTION_FORCED - broker forced connection closure with reason 'shutdown'", SourceErrorKind.Unavailable)]
    [InlineData(541, "INTERNAL_ERROR", SourceErrorKind.Unavailable)]
    public void Translate_BrokerClosed_SaysWhatItMeans(ushort code, string text, SourceErrorKind kind)
    {
        var error = new OperationInterruptedException(new ShutdownEventArgs(ShutdownInitiator.Peer, code, text));

        Assert.Equal(kind, RabbitMqErrors.Translate(error, Plan).Kind);
    }

    [Fact]
    public void Translate_CauseDeepInside_IsFound()
    {
        var tls = new System.Security.Authentication.AuthenticationException("untrusted root");
        var error = new BrokerUnreachableException(new AggregateException(new ConnectFailureException("failed", tls)));

        var translated = RabbitMqErrors.Translate(error, Plan);

        Assert.Equal(SourceErrorKind.Authentication, translated.Kind);
        Assert.Contains("untrusted root", translated.Message);
    }

    [Fact]
    public void Translate_SecretMissing_IsAConfigurationError()
        => Assert.Equal(
            SourceErrorKind.Configuration, RabbitMqErrors.Translate(ServiceException.NotFound("no secret"), Plan).Kind);

    [Fact]
    public void Translate_AnythingElse_IsUnavailable()
        => Assert.Equal(SourceErrorKind.Unavailable, RabbitMqErrors.Translate(new TimeoutException("late"), Plan).Kind);
}
