using Dispatcher.Contracts;
using Dispatcher.Contracts.Errors;
using Dispatcher.Gateway.Api;

namespace Dispatcher.Gateway.Kinesis;

/// <summary>What AWS asks of tags beyond the model.</summary>
internal static class TagRules
{
    /// <summary>Checks characters and number of a stream's tags.</summary>
    /// <exception cref="ServiceException">They are not allowed.</exception>
    public static void Check(string stream, IReadOnlyDictionary<string, string> tags)
    {
        if (!tags.All(tag => tag.Key.All(IsAllowed) && tag.Value.All(IsAllowed)))
        {
            throw ServiceException.Invalid(
                "Some tags contain invalid characters. Valid characters: Unicode letters, digits, white space, _ . : / = + - @.");
        }

        if (ReservedTags.Find(tags.Keys) is { } reserved)
        {
            throw ServiceException.Invalid($"Tag key {reserved} is reserved: keys may not begin with {ReservedTags.Prefix}");
        }

        if (tags.Count > Limits.StreamTags)
        {
            throw ServiceException.Invalid(
                $"Failed to add tags to stream {stream} because a given stream cannot have more than {Limits.StreamTags} tags "
                + "associated with it.");
        }
    }

    private static bool IsAllowed(char c)
        => char.IsLetterOrDigit(c) || char.IsSurrogate(c) || c is ' ' or '_' or '.' or ':' or '/' or '=' or '+' or '-' or '@';
}
