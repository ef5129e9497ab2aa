namespace Dispatcher.Gateway.Security;

/// <summary>What a signing key is good for.</summary>
/// <param name="Date">Day, <c>yyyyMMdd</c> in UTC.</param>
/// <param name="Region">Region.</param>
/// <param name="Service">Service: <c>lambda</c>, <c>kinesis</c>, <c>sqs</c>.</param>
internal sealed record CredentialScope(string Date, string Region, string Service)
{
    /// <summary>The last part of every scope.</summary>
    public const string End = "aws4_request";

    /// <inheritdoc/>
    public override string ToString() => $"{Date}/{Region}/{Service}/{End}";
}
