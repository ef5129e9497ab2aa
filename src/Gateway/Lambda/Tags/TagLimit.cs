using Dispatcher.Contracts;
using Dispatcher.Contracts.Errors;
using Dispatcher.Gateway.Api;

namespace Dispatcher.Gateway.Lambda.Tags;

/// <summary>How many tags one resource may have, and which keys are not the caller's.</summary>
internal static class TagLimit
{
    /// <summary>Refuses tags of a new resource that are too many or whose keys are reserved.</summary>
    /// <exception cref="ServiceException">They are.</exception>
    public static void Check(IReadOnlyDictionary<string, string> tags)
    {
        CheckKeys(tags.Keys);
        Check(tags.Count);
    }

    /// <summary>Refuses keys that are reserved.</summary>
    /// <exception cref="ServiceException">There is one.</exception>
    public static void CheckKeys(IEnumerable<string> keys)
    {
        if (ReservedTags.Find(keys) is { } key)
        {
            throw ServiceException.Invalid($"Tag key '{key}' is not allowed: keys that begin with '{ReservedTags.Prefix}' are reserved for system use.");
        }
    }

    /// <summary>Refuses too many.</summary>
    /// <exception cref="ServiceException">There are more than <see cref="Limits.Tags"/>.</exception>
    public static void Check(int count)
    {
        if (count > Limits.Tags)
        {
            throw ServiceException.Invalid("Number of tags exceeds resource tag limit.");
        }
    }
}
