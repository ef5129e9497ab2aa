using Dispatcher.Contracts.Configuration;
using Dispatcher.Gateway.Api;

namespace Dispatcher.Gateway.Lambda.Mappings;

/// <summary>GetEventSourceMapping.</summary>
internal sealed class GetEventSourceMapping(MappingStore mappings, DispatcherConfig settings) : IApiOperation
{
    public string Name => "GetEventSourceMapping";

    public async ValueTask<ApiResponse> RunAsync(ApiRequest request, CancellationToken cancellation)
    {
        var config = await mappings.FindAsync(request.Text("UUID")!, cancellation);
        return ApiResponse.Json(MappingResponse.Write(config, settings.Region, settings.Account));
    }
}
