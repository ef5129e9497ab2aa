using Dispatcher.Contracts.Configuration;
using Dispatcher.Gateway.Api;

namespace Dispatcher.Gateway.Lambda.Mappings;

/// <summary>UpdateEventSourceMapping.</summary>
internal sealed class UpdateEventSourceMapping(
    MappingRequest rules, MappingFunctions functions, MappingStore mappings, DispatcherConfig settings) : IApiOperation
{
    public string Name => "UpdateEventSourceMapping";

    public async ValueTask<ApiResponse> RunAsync(ApiRequest request, CancellationToken cancellation)
    {
        var (uuid, input) = (request.Text("UUID")!, new MappingInput(request.Input));
        var present = await mappings.FindAsync(uuid, cancellation);
        var function = input.Text("FunctionName") is { } name ? await functions.FindAsync(name, cancellation) : null;

        // The first application tells what is wrong before anything is written; the second one is the write.
        var wanted = rules.Update(input, present, function ?? present.FunctionArn);
        await mappings.CheckChangeAsync(present, wanted, cancellation);
        var changed = await mappings.ChangeAsync(uuid, found => rules.Update(input, found, function ?? found.FunctionArn));
        return ApiResponse.Json(MappingResponse.Write(changed, settings.Region, settings.Account));
    }
}
