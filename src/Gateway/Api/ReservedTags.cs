namespace Dispatcher.Gateway.Api;

/// <summary>Tag keys that AWS keeps for itself, whatever is tagged.</summary>
internal static class ReservedTags
{
    /// <summary>What such keys begin with, in upper or lower case.</summary>
    public const string Prefix = "aws:";

    /// <summary>The first key that is not the caller's to use; null without.</summary>
    public static string? Find(IEnumerable<string> keys)
        => keys.FirstOrDefault(key => key.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase));
}
