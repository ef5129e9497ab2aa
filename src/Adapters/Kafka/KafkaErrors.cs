using Confluent.Kafka;
using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Sources;

namespace Dispatcher.Adapters.Kafka;

/// <summary>Says what the client's errors mean to the owner of a mapping, in AWS's words where there are some.</summary>
internal static class KafkaErrors
{
    /// <summary>Whether an error of the client as a whole keeps every partition from being read.</summary>
    public static bool ConcernsAll(Error error) => error.IsFatal || error.Code is ErrorCode.Local_AllBrokersDown
        or ErrorCode.Local_Authentication or ErrorCode.SaslAuthenticationFailed or ErrorCode.Local_Ssl;

    /// <summary>Whether an earlier error says why a later one happened.</summary>
    public static bool SaysMore(Error earlier, Error later)
        => Kind(later.Code) == SourceErrorKind.Unavailable && (Kind(earlier.Code) != SourceErrorKind.Unavailable || NamesBroker(earlier));

    /// <summary>Translates an error.</summary>
    /// <param name="error">What a call ended with.</param>
    /// <param name="topic">The topic it was about.</param>
    /// <param name="cause">What the client reported last by itself: why a call that timed out did so. Null without.</param>
    public static SourceException From(Error error, string topic, Error? cause = null)
    {
        return cause is not null && SaysMore(cause, error)
            ? From(cause, topic)
            : new SourceException(Kind(error.Code), Text(error, topic), new KafkaException(error));
    }

    /// <summary>Whether something thrown is a failure of the source; anything else is a bug.</summary>
    public static bool IsFailure(Exception error)
        => error is SourceException or KafkaException or ObjectDisposedException or ServiceException;

    /// <summary>Translates what a use of the client threw (see <see cref="IsFailure"/>).</summary>
    public static SourceException From(Exception error, string topic, Error? cause) => error switch
    {
        SourceException known => known,
        KafkaException kafka => From(kafka.Error, topic, cause),
        ServiceException secret => new SourceException(SourceErrorKind.Configuration, secret.Message, secret),
        _ => new SourceException(SourceErrorKind.Unavailable, "The Kafka client is being closed", error),
    };

    /// <summary>Translates what building a client threw: it refuses settings that make no sense.</summary>
    public static SourceException FromBuild(Exception error)
        => error.Message.Contains("ssl.", StringComparison.Ordinal) || error.Message.Contains("SSL", StringComparison.Ordinal)
            ? new SourceException(
                SourceErrorKind.Authentication, $"Provided certificate or private key is invalid: {error.Message}", error)
            : new SourceException(SourceErrorKind.Configuration, $"The Kafka client refuses its settings: {error.Message}", error);

    /// <summary>What sort of trouble a code is.</summary>
    public static SourceErrorKind Kind(ErrorCode code) => code switch
    {
        ErrorCode.Local_Authentication or ErrorCode.SaslAuthenticationFailed or ErrorCode.UnsupportedSaslMechanism
            or ErrorCode.IllegalSaslState or ErrorCode.Local_Ssl => SourceErrorKind.Authentication,
        ErrorCode.TopicAuthorizationFailed or ErrorCode.GroupAuthorizationFailed or ErrorCode.ClusterAuthorizationFailed
            => SourceErrorKind.Authorization,
        ErrorCode.UnknownTopicOrPart or ErrorCode.Local_UnknownTopic or ErrorCode.Local_UnknownPartition
            or ErrorCode.TopicException or ErrorCode.InvalidGroupId => SourceErrorKind.Configuration,
        _ => SourceErrorKind.Unavailable,
    };

    /// <summary>Whether a connection failed and the error says which one and why.</summary>
    private static bool NamesBroker(Error error)
        => error.Code is ErrorCode.Local_Transport or ErrorCode.Local_Resolve && error.Reason != error.Code.GetReason();

    /// <summary>
    /// A reason without its end, <c>(after 3ms in state CONNECT, 2 identical error(s) suppressed)</c>: the owner shall see the same
    /// text as long as the same thing is wrong.
    /// </summary>
    private static string Steady(string reason)
        => reason.LastIndexOf(" (after ", StringComparison.Ordinal) is > 0 and var end ? reason[..end] : reason;

    private static string Text(Error error, string topic) => error.Code switch
    {
        ErrorCode.Local_Ssl when error.Reason.Contains("alert", StringComparison.OrdinalIgnoreCase)
            => $"Server failed to authenticate Lambda: {error.Reason}",
        ErrorCode.Local_Ssl => $"Lambda failed to authenticate server: {error.Reason}",
        ErrorCode.UnknownTopicOrPart or ErrorCode.Local_UnknownTopic => $"Topic '{topic}' does not exist in the Kafka cluster",
        ErrorCode.Local_UnknownPartition => $"Topic '{topic}' does not have this partition",
        ErrorCode.Local_AllBrokersDown => "No broker of the Kafka cluster can be reached",
        ErrorCode.Local_TimedOut or ErrorCode.Local_Transport or ErrorCode.Local_Resolve
            => $"The Kafka cluster does not answer: {Steady(error.Reason)}",
        _ => Kind(error.Code) switch
        {
            SourceErrorKind.Authentication => $"SASL authentication failed: {error.Reason}",
            SourceErrorKind.Authorization => $"Cluster failed to authorize Lambda: {error.Reason}",
            _ => $"The Kafka cluster failed: {error.Reason}",
        },
    };
}
