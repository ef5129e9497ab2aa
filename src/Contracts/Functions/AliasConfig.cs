namespace Dispatcher.Contracts.Functions;

/// <summary>A name for a version of a function, or for two versions that share its calls.</summary>
public sealed record AliasConfig
{
    /// <summary>Bare name of the function.</summary>
    public required string FunctionName { get; set; }

    /// <summary>The alias: 1..128 letters, digits, hyphens and underscores, not digits alone.</summary>
    public required string Name { get; set; }

    /// <summary>The version it points to; <c>$LATEST</c> or a number.</summary>
    public required string FunctionVersion { get; set; }

    /// <summary>Free text, up to 256 characters.</summary>
    public string Description { get; set; } = "";

    /// <summary>The version that gets a share of the calls; null where all go to <see cref="FunctionVersion"/>.</summary>
    public string? AdditionalVersion { get; set; }

    /// <summary>The additional version's share of the calls, 0..1.</summary>
    public double AdditionalWeight { get; set; }

    /// <summary>Changes with every update.</summary>
    public string RevisionId { get; set; } = "";

    /// <summary>The key of an alias among all aliases.</summary>
    public static string Key(string function, string alias) => $"{function}:{alias}";

    /// <summary>Whether the alias sends calls to a version.</summary>
    public bool Uses(string version) => FunctionVersion == version || AdditionalVersion == version;
}
