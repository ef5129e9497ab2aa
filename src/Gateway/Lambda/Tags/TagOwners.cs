using Dispatcher.Contracts.Errors;

namespace Dispatcher.Gateway.Lambda.Tags;

/// <summary>Finds who owns the tags of an ARN.</summary>
internal sealed class TagOwners(IEnumerable<ITagOwner> owners)
{
    private readonly ITagOwner[] _owners = [.. owners];

    /// <summary>The owner of an ARN's kind.</summary>
    /// <exception cref="ServiceException">Nothing of that kind is served here (NotFound).</exception>
    public ITagOwner Find(string arn) => Array.Find(_owners, one => one.Owns(arn))
        ?? throw ServiceException.NotFound($"Resource not found: {arn}");
}
