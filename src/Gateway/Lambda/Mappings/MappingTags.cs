using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Store;
using Dispatcher.Gateway.Lambda.Tags;

namespace Dispatcher.Gateway.Lambda.Mappings;

/// <summary>Tags of mappings, by the ARN <c>arn:aws:lambda:REGION:ACCOUNT:event-source-mapping:UUID</c>.</summary>
internal sealed class MappingTags(Catalog catalog, DispatcherConfig settings) : ITagOwner
{
    private const string Resource = "event-source-mapping:";

    public bool Owns(string arn) => Arn.TryParse(arn, out var parts) && parts.Resource.StartsWith(Resource, StringComparison.Ordinal);

    public async ValueTask<IReadOnlyDictionary<string, string>> ReadAsync(string arn, CancellationToken cancellation)
        => (await catalog.Mappings.FindAsync(KeyOf(arn), cancellation))?.Value.Tags ?? throw MappingErrors.NotFound();

    public async ValueTask ChangeAsync(
        string arn,
        Func<IReadOnlyDictionary<string, string>, IReadOnlyDictionary<string, string>> change,
        CancellationToken cancellation)
    {
        MappingConfig Change(MappingConfig present) => present with { Tags = change(present.Tags) };
        if (await catalog.Mappings.UpdateAsync(KeyOf(arn), Change, cancellation) is null)
        {
            throw MappingErrors.NotFound();
        }
    }

    private string KeyOf(string arn)
        => Arn.TryParse(arn, out var parts) && parts.Region == settings.Region && parts.Account == settings.Account
            && MappingId.TryParse(parts.Resource[Resource.Length..], out var id)
            ? id.ToString()
            : throw MappingErrors.NotFound();
}
