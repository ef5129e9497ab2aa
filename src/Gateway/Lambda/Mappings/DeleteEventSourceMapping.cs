using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Gateway.Api;

namespace Dispatcher.Gateway.Lambda.Mappings;

/// <summary>DeleteEventSourceMapping: the mapping's grain ends what is in flight and removes the document.</summary>
internal sealed class DeleteEventSourceMapping(MappingStore mappings, DispatcherConfig settings, TimeProvider time) : IApiOperation
{
    public string Name => "DeleteEventSourceMapping";

    public async ValueTask<ApiResponse> RunAsync(ApiRequest request, CancellationToken cancellation)
    {
        var deleted = await mappings.ChangeAsync(request.Text("UUID")!, Delete);
        return ApiResponse.Json(MappingResponse.Write(deleted, settings.Region, settings.Account));
    }

    private MappingConfig Delete(MappingConfig present) => MappingMoves.CanDelete(present)
        ? present with { State = MappingState.Deleting, LastModifiedMs = time.GetUtcNow().ToUnixTimeMilliseconds() }
        : throw MappingErrors.DeleteInUse();
}
