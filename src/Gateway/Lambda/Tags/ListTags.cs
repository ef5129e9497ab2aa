using System.Text.Json.Nodes;
using Dispatcher.Gateway.Api;

namespace Dispatcher.Gateway.Lambda.Tags;

/// <summary>ListTags.</summary>
internal sealed class ListTags(TagOwners owners) : IApiOperation
{
    public string Name => "ListTags";

    public async ValueTask<ApiResponse> RunAsync(ApiRequest request, CancellationToken cancellation)
    {
        var arn = request.Text("Resource")!;
        var tags = await owners.Find(arn).ReadAsync(arn, cancellation);
        var shown = new JsonObject(tags.Select(one => KeyValuePair.Create<string, JsonNode?>(one.Key, one.Value)));
        return ApiResponse.Json(new JsonObject { ["Tags"] = shown });
    }
}
