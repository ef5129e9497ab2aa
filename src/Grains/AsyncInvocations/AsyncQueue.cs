using System.Diagnostics.CodeAnalysis;
using Dispatcher.Contracts.Functions;

namespace Dispatcher.Grains.AsyncInvocations;

/// <summary>
/// The internal queue of a function. A function that is created anew under the name of one that was deleted has another
/// queue, so that it never gets the events of the old one.
/// </summary>
/// <param name="Function">The function's name.</param>
/// <param name="Creation">Which function of that name; null for those made by versions that did not know it.</param>
internal readonly record struct AsyncQueue(string Function, string? Creation)
{
    /// <summary>What the ids of all of them begin with. No queue of a user has a colon in its id.</summary>
    public const string Prefix = "async:";

    /// <summary>The id of the queue in the store.</summary>
    public string Id => Creation is null ? $"{Prefix}{Function}" : $"{Prefix}{Function}:{Creation}";

    /// <summary>The queue of a function as it is now.</summary>
    public static AsyncQueue Of(FunctionConfig function) => new(function.Name, function.Creation);

    /// <summary>Reads an id.</summary>
    public static bool TryParse([NotNullWhen(true)] string? id, out AsyncQueue queue)
    {
        var parts = id?.Split(':');
        queue = parts is [_, var name, ..] ? new AsyncQueue(name, parts.Length > 2 ? parts[2] : null) : default;
        return parts is ["async", { Length: > 0 }] or ["async", { Length: > 0 }, { Length: > 0 }];
    }

    /// <inheritdoc/>
    public override string ToString() => Id;
}
