using System.Diagnostics.CodeAnalysis;

namespace Dispatcher.Contracts.Names;

/// <summary>An Amazon resource name, split into its parts: <c>arn:partition:service:region:account:resource</c>.</summary>
/// <param name="Partition"><c>aws</c>, <c>aws-cn</c>, …</param>
/// <param name="Service"><c>lambda</c>, <c>kinesis</c>, <c>sqs</c>, <c>kafka</c>, <c>mq</c>, <c>secretsmanager</c>, …</param>
/// <param name="Region">The region; empty for services without one.</param>
/// <param name="Account">The account of 12 digits; empty for services without one.</param>
/// <param name="Resource">All that follows, colons included.</param>
public sealed record Arn(string Partition, string Service, string Region, string Account, string Resource)
{
    /// <summary>Splits an ARN. The parts are not checked further than that none but region and account is empty.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out Arn? arn)
    {
        arn = null;
        var parts = text?.Split(':', 6);
        if (parts is not ["arn", { Length: > 0 }, { Length: > 0 }, _, _, { Length: > 0 }])
        {
            return false;
        }

        arn = new Arn(parts[1], parts[2], parts[3], parts[4], parts[5]);
        return true;
    }

    /// <summary>The whole ARN again.</summary>
    public override string ToString() => $"arn:{Partition}:{Service}:{Region}:{Account}:{Resource}";
}
