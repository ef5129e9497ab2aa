using Dispatcher.Contracts.Names;

namespace Dispatcher.Grains.Concurrency;

/// <summary>The keys under which the maxima of mappings are lent. No function has a name with a colon.</summary>
internal static class MappingPermits
{
    private const string Prefix = "mapping:";

    /// <summary>The key of a mapping.</summary>
    public static string Key(MappingId id) => Prefix + id;

    /// <summary>Whether a key is that of a mapping.</summary>
    public static bool IsKey(string key) => key.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>The UUID in a mapping's key.</summary>
    public static string Uuid(string key) => key[Prefix.Length..];
}
