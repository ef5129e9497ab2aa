namespace Dispatcher.Contracts.Functions;

/// <summary>Provisioned concurrency of a version or alias: workers that are kept ready.</summary>
public sealed record ProvisionedConfig
{
    /// <summary>Bare name of the function.</summary>
    public required string Function { get; set; }

    /// <summary>A version number or an alias.</summary>
    public required string Qualifier { get; set; }

    /// <summary>How many workers are to be ready, 1 or more.</summary>
    public int Requested { get; set; }

    /// <summary>Milliseconds since 1970 of the last change of <see cref="Requested"/>.</summary>
    public long LastModifiedMs { get; set; }

    /// <summary>Workers that are ready, by silo.</summary>
    public IReadOnlyDictionary<string, int> Ready { get; set; } = new Dictionary<string, int>();

    /// <summary>Why workers cannot be started; null where nothing failed.</summary>
    public string? Error { get; set; }

    /// <summary>The key of the document: <c>name:qualifier</c>.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public string Key => $"{Function}:{Qualifier}";

    /// <summary>How many of the wanted ones are ready.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public int Allocated => Math.Min(Requested, Ready.Values.Sum());

    /// <summary><c>IN_PROGRESS</c>, <c>READY</c> or <c>FAILED</c>.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public string Status => Error is not null ? "FAILED" : Allocated < Requested ? "IN_PROGRESS" : "READY";
}
