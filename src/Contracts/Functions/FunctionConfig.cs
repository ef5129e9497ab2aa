using System.Text.Json;

namespace Dispatcher.Contracts.Functions;

/// <summary>
/// One version of a function as its owner configured it: the document behind GetFunctionConfiguration. Names and
/// defaults are those of the Lambda API model.
/// </summary>
public sealed record FunctionConfig
{
    /// <summary>Bare name.</summary>
    public required string Name { get; set; }

    /// <summary><c>$LATEST</c> or a number.</summary>
    public string Version { get; set; } = Names.FunctionRef.Latest;

    /// <summary><c>Zip</c> or <c>Image</c>.</summary>
    public string PackageType { get; set; } = "Zip";

    /// <summary>The runtime identifier of a zip function (<c>provided.al2023</c>, <c>nodejs20.x</c>, <c>python3.12</c>).</summary>
    public string? Runtime { get; set; }

    /// <summary>The entry point of a zip function (<c>index.handler</c>).</summary>
    public string? Handler { get; set; }

    /// <summary>The execution role's ARN; kept and handed back, not used.</summary>
    public string Role { get; set; } = "";

    /// <summary>Free text, up to 256 characters.</summary>
    public string Description { get; set; } = "";

    /// <summary>Seconds a single invocation may run, 1..900.</summary>
    public int Timeout { get; set; } = 3;

    /// <summary>Megabytes, 128..10240.</summary>
    public int MemorySize { get; set; } = 128;

    /// <summary>SHA-256 of the archive in base64 as AWS prints it; of the URI for an image.</summary>
    public string CodeSha256 { get; set; } = "";

    /// <summary>Bytes of the archive; 0 for an image.</summary>
    public long CodeSize { get; set; }

    /// <summary>The image's URI: <c>http(s)://…</c> an HTTP function, <c>in-process://name</c> a handler of this process.</summary>
    public string? ImageUri { get; set; }

    /// <summary>Environment variables; null where none were ever given.</summary>
    public IReadOnlyDictionary<string, string>? Environment { get; set; }

    /// <summary>Instruction sets: one of <c>x86_64</c>, <c>arm64</c>.</summary>
    public IReadOnlyList<string> Architectures { get; set; } = ["x86_64"];

    /// <summary>The target of the dead-letter queue; null where none.</summary>
    public string? DeadLetterTarget { get; set; }

    /// <summary>Milliseconds since 1970 of the last change.</summary>
    public long LastModifiedMs { get; set; }

    /// <summary>Changes with every update.</summary>
    public string RevisionId { get; set; } = "";

    /// <summary><c>Pending</c>, <c>Active</c>, <c>Inactive</c>, <c>Failed</c>.</summary>
    public string State { get; set; } = "Active";

    /// <summary>Why it is in that state; null where nothing is to say.</summary>
    public string? StateReason { get; set; }

    /// <summary>
    /// Tells a function, all its versions included, apart from others that had its name before; null where it was made by a
    /// server that did not know of it.
    /// </summary>
    public string? Creation { get; set; }

    /// <summary>On <c>$LATEST</c>: the number of the newest version ever published; numbers are not used again.</summary>
    public long PublishedVersion { get; set; }

    /// <summary>On <c>$LATEST</c>: SHA-256 of what was published last, so that nothing is published twice; null before.</summary>
    public string? PublishedDigest { get; set; }

    /// <summary>Tags of the function (of all its versions).</summary>
    public IReadOnlyDictionary<string, string> Tags { get; set; } = new Dictionary<string, string>();

    /// <summary>
    /// Members of the API model that are kept and returned as they came and change nothing here (VpcConfig, Layers,
    /// TracingConfig, LoggingConfig, EphemeralStorage, SnapStart, …), by their name in the response.
    /// </summary>
    public IReadOnlyDictionary<string, JsonElement> Kept { get; set; } = new Dictionary<string, JsonElement>();
}
