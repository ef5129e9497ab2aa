namespace Dispatcher.Gateway.Lambda.Tags;

/// <summary>One kind of resource that can be tagged. All kinds are registered in the container; the ARN picks one.</summary>
internal interface ITagOwner
{
    /// <summary>Whether an ARN names a resource of this kind.</summary>
    bool Owns(string arn);

    /// <summary>The resource's tags.</summary>
    /// <exception cref="Contracts.Errors.ServiceException">There is no such resource.</exception>
    ValueTask<IReadOnlyDictionary<string, string>> ReadAsync(string arn, CancellationToken cancellation);

    /// <summary>Changes the resource's tags; <paramref name="change"/> may be called more than once and may refuse by throwing.</summary>
    /// <exception cref="Contracts.Errors.ServiceException">There is no such resource, or the change was refused.</exception>
    ValueTask ChangeAsync(
        string arn,
        Func<IReadOnlyDictionary<string, string>, IReadOnlyDictionary<string, string>> change,
        CancellationToken cancellation);
}
