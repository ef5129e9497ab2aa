using Dispatcher.Gateway.Api;

namespace Dispatcher.Gateway.Lambda.Tags;

/// <summary>TagResource: adds tags and gives those of the same key a new value.</summary>
internal sealed class TagResource(TagOwners owners) : IApiOperation
{
    public string Name => "TagResource";

    public async ValueTask<ApiResponse> RunAsync(ApiRequest request, CancellationToken cancellation)
    {
        var arn = request.Text("Resource")!;
        var given = request.Part("Tags")!.AsObject().ToDictionary(one => one.Key, one => (string?)one.Value ?? "");
        TagLimit.CheckKeys(given.Keys);
        await owners.Find(arn).ChangeAsync(arn, present => Merge(present, given), cancellation);
        return ApiResponse.Empty();
    }

    private static Dictionary<string, string> Merge(
        IReadOnlyDictionary<string, string> present, Dictionary<string, string> given)
    {
        var merged = new Dictionary<string, string>(present);
        foreach (var (key, value) in given)
        {
            merged[key] = value;
        }

        TagLimit.Check(merged.Count);
        return merged;
    }
}
