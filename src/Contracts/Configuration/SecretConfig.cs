namespace Dispatcher.Contracts.Configuration;

/// <summary>One secret: exactly one of the three is set.</summary>
public sealed class SecretConfig
{
    /// <summary>The value itself: JSON as in Secrets Manager (<c>{"username":…,"password":…}</c>, <c>{"certificate":…,"privateKey":…}</c>).</summary>
    public string? Value { get; set; }

    /// <summary>A file that holds it; read at every use, so that it can be rotated.</summary>
    public string? File { get; set; }

    /// <summary>An environment variable that holds it.</summary>
    public string? Environment { get; set; }
}
