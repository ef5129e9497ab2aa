namespace Dispatcher.Contracts.Configuration;

/// <summary>One access key, by its id: the secret (exactly one of value, file and environment variable) and who has it.</summary>
public sealed class AccessKeyConfig
{
    /// <summary>The secret access key itself.</summary>
    public string? Value { get; set; }

    /// <summary>A file that holds it; read again every 30 seconds, so that it can be rotated.</summary>
    public string? File { get; set; }

    /// <summary>An environment variable that holds it.</summary>
    public string? Environment { get; set; }

    /// <summary>
    /// Account of whoever has the key, 12 digits; empty for the server's own. Keys of the server's account may do everything,
    /// others what a function's policy allows them.
    /// </summary>
    public string Account { get; set; } = "";

    /// <summary>Name of the user in messages and policies: <c>arn:aws:iam::ACCOUNT:user/NAME</c>.</summary>
    public string User { get; set; } = "dispatcher";

    /// <summary>The secret as the reader of secrets takes it.</summary>
    public SecretConfig ToSecret() => new() { Value = Value, File = File, Environment = Environment };
}
