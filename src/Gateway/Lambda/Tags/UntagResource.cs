using Dispatcher.Gateway.Api;

namespace Dispatcher.Gateway.Lambda.Tags;

/// <summary>UntagResource: takes tags away; keys that are not there change nothing.</summary>
internal sealed class UntagResource(TagOwners owners) : IApiOperation
{
    public string Name => "UntagResource";

    public async ValueTask<ApiResponse> RunAsync(ApiRequest request, CancellationToken cancellation)
    {
        var arn = request.Text("Resource")!;
        HashSet<string> keys = [.. request.Part("TagKeys")!.AsArray().Select(one => (string?)one ?? "")];
        await owners.Find(arn).ChangeAsync(
            arn,
            present => present.Where(one => !keys.Contains(one.Key)).ToDictionary(one => one.Key, one => one.Value),
            cancellation);
        return ApiResponse.Empty();
    }
}
