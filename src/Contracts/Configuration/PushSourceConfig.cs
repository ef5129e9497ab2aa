namespace Dispatcher.Contracts.Configuration;

/// <summary>
/// One source that pushes events to <c>POST /dispatcher/push/NAME</c>: a caller with a principal, whose token says that it is
/// the source, and whom the functions' policies must allow.
/// </summary>
public sealed class PushSourceConfig
{
    /// <summary><c>S3</c>: bucket notifications as S3 and MinIO write them; <c>CloudEvents</c>: CloudEvents 1.0 over HTTP.</summary>
    public string Kind { get; set; } = "";

    /// <summary>The functions that get every event: name, <c>name:qualifier</c> or ARN; 1..10 of them.</summary>
    public List<string> Functions { get; set; } = [];

    /// <summary>
    /// Who the source is to policies: a service (<c>s3.amazonaws.com</c>), an account or the ARN of a user or role. Empty:
    /// <c>s3.amazonaws.com</c> or <c>events.amazonaws.com</c>, by kind.
    /// </summary>
    public string Principal { get; set; } = "";

    /// <summary>
    /// What events come from. S3: <c>arn:aws:s3:::BUCKET</c>, with <c>*</c> and <c>?</c> for several buckets; records of others are
    /// refused. CloudEvents: any ARN; may be empty.
    /// </summary>
    public string SourceArn { get; set; } = "";

    /// <summary>Account that owns what events come from, 12 digits; empty for the server's own.</summary>
    public string SourceAccount { get; set; } = "";

    /// <summary>The token that the source shows (<c>Authorization: Bearer TOKEN</c>).</summary>
    public SecretConfig Token { get; set; } = new();
}
