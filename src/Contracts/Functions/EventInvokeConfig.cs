namespace Dispatcher.Contracts.Functions;

/// <summary>
/// What becomes of asynchronous invocations of a function, a version or an alias: the document behind
/// GetFunctionEventInvokeConfig. Null members were not set and have AWS's defaults.
/// </summary>
public sealed record EventInvokeConfig
{
    /// <summary>Bare name of the function.</summary>
    public required string Function { get; set; }

    /// <summary><c>$LATEST</c>, a number or an alias.</summary>
    public string Qualifier { get; set; } = Names.FunctionRef.Latest;

    /// <summary>Tries after a function error beyond the first one, 0..2.</summary>
    public int? MaximumRetryAttempts { get; set; }

    /// <summary>Seconds after which an event is given up, 60..21600.</summary>
    public int? MaximumEventAgeSeconds { get; set; }

    /// <summary>Where records of successes go; null: nowhere.</summary>
    public string? OnSuccess { get; set; }

    /// <summary>Where records of events that were given up go; null: nowhere.</summary>
    public string? OnFailure { get; set; }

    /// <summary>Milliseconds since 1970 of the last change.</summary>
    public long LastModifiedMs { get; set; }

    /// <summary>The key of the document: <c>name:qualifier</c>.</summary>
    public static string Key(Names.FunctionRef function) => $"{function.Name}:{function.Qualifier ?? Names.FunctionRef.Latest}";
}
