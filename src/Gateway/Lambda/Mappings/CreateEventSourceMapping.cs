using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Names;
using Dispatcher.Gateway.Api;

namespace Dispatcher.Gateway.Lambda.Mappings;

/// <summary>CreateEventSourceMapping.</summary>
internal sealed class CreateEventSourceMapping(
    MappingRequest rules, MappingFunctions functions, MappingStore mappings, DispatcherConfig settings) : IApiOperation
{
    public string Name => "CreateEventSourceMapping";

    public async ValueTask<ApiResponse> RunAsync(ApiRequest request, CancellationToken cancellation)
    {
        var input = new MappingInput(request.Input);
        var name = input.Text("FunctionName")!;
        var config = rules.Create(input, MappingId.New().ToString(), functions.ArnOf(name));
        await functions.FindAsync(name, cancellation);
        await mappings.CheckNewAsync(config, cancellation);
        await mappings.CreateAsync(config);
        return ApiResponse.Json(MappingResponse.Write(config, settings.Region, settings.Account));
    }
}
