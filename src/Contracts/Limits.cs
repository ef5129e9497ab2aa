namespace Dispatcher.Contracts;

/// <summary>
/// Every maximum of the system in one place, each with its reason and where it comes from. Here are those of the API and of synchronous
/// calls; the other files are named after what theirs are for.
/// </summary>
public static partial class Limits
{
    /// <summary>Other spans that a span names: OpenTelemetry's default limit of links (OTEL_SPAN_LINK_COUNT_LIMIT) is 128; a few show the way.</summary>
    public const int SpanLinks = 32;

    /// <summary>Bytes in the payload of a synchronous invocation (Lambda quota: 6 MB).</summary>
    public const int SyncPayloadBytes = 6 * 1024 * 1024;

    /// <summary>Bytes in the result of an invocation; the number AWS prints in <c>Function.ResponseSizeTooLarge</c>.</summary>
    public const int ResponsePayloadBytes = 6_291_556;

    /// <summary>Bytes in an answer that is streamed (Lambda quota: 200 MB).</summary>
    public const int StreamedAnswerBytes = 200 * 1024 * 1024;

    /// <summary>Bytes in one frame of a streamed answer: what a caller who reads slowly makes this server hold.</summary>
    public const int StreamedFrameBytes = 64 * 1024;

    /// <summary>Milliseconds between two log lines of the same trouble that does not end; those in between are counted.</summary>
    public const int RepeatedLogMs = 60_000;

    /// <summary>Troubles that are told apart in the log before old ones are forgotten: a few for each of the mappings of a silo.</summary>
    public const int KnownTroubles = 10_000;

    /// <summary>
    /// Seconds after ShutdownSeconds in which the process ends whatever still hangs (a silo that leaves without PostgreSQL): the
    /// process manager waits 15 s longer than ShutdownSeconds.
    /// </summary>
    public const int StopSeconds = 10;

    /// <summary>Seconds a function may run (Lambda quota: 900).</summary>
    public const int FunctionTimeoutSeconds = 900;

    /// <summary>Series (instrument and labels) shown at /metrics; what comes later is counted in one overflow series each.</summary>
    public const int MetricSeries = 20_000;

    /// <summary>Bytes of one request body on the gateway: an inline archive in base64 with its JSON around it.</summary>
    public const int RequestBodyBytes = 72 * 1024 * 1024;

    /// <summary>Bytes of a refused body that are read and thrown away, so that its sender can read the refusal.</summary>
    public const int DiscardedBodyBytes = 64 * 1024 * 1024;

    /// <summary>Tags of one function or mapping (AWS: 50).</summary>
    public const int Tags = 50;

    /// <summary>Mappings in one answer of ListEventSourceMappings, whatever MaxItems says (Lambda: 100).</summary>
    public const int ListMappings = 100;

    /// <summary>Bytes of a client context in base64 (Lambda API: 3,583).</summary>
    public const int ClientContextBytes = 3_583;

    /// <summary>Functions in one page of ListFunctions (Lambda API: 50, even where more are asked for).</summary>
    public const int FunctionPage = 50;

    /// <summary>Versions or aliases in one page of a list (Lambda API: 50, even where more are asked for).</summary>
    public const int VersionPage = 50;

    /// <summary>Minutes that the time of a signed request may differ from the server's (AWS: 5 or 15, by service).</summary>
    public const int SignatureSkewMinutes = 15;

    /// <summary>Seconds that a presigned URL may be good for (AWS: seven days).</summary>
    public const int PresignedSeconds = 7 * 24 * 3600;

    /// <summary>Headers that a signature may name: more than any client sends.</summary>
    public const int SignedHeaders = 100;

    /// <summary>Signing keys kept of one access key: one for each day, region and service in use.</summary>
    public const int SigningKeys = 32;

    /// <summary>Bytes of a function's policy as JSON (Lambda quota: 20 KB).</summary>
    public const int PolicyBytes = 20 * 1024;

    /// <summary>Milliseconds between two readings of all functions because of tokens that are not known: bounds what wrong ones cost.</summary>
    public const int TokenReadMs = 1_000;
}
