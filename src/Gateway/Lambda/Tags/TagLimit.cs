using Dispatcher.Contracts;
using Dispatcher.Contracts.Errors;

namespace Dispatcher.Gateway.Lambda.Tags;

/// <summary>How many tags one resource may have.</summary>
internal static class TagLimit
{
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
