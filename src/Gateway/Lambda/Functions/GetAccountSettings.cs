using System.Text.Json.Nodes;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Store;
using Dispatcher.Gateway.Api;
using Dispatcher.Gateway.Lambda.Concurrency;

namespace Dispatcher.Gateway.Lambda.Functions;

/// <summary>Shows limits and what is used of them.</summary>
internal sealed class GetAccountSettings(Catalog catalog, ConcurrencyRepository concurrency, DispatcherConfig config) : IApiOperation
{
    /// <inheritdoc/>
    public string Name => "GetAccountSettings";

    /// <inheritdoc/>
    public async ValueTask<ApiResponse> RunAsync(ApiRequest request, CancellationToken cancellation)
    {
        var (bytes, functions) = (0L, 0L);
        await foreach (var one in catalog.Functions.AllAsync(cancellation))
        {
            bytes += one.Value.CodeSize;
            functions += one.Value.Version == FunctionRef.Latest ? 1 : 0;
        }

        var aside = await concurrency.ReadAsync(cancellation);
        return ApiResponse.Json(new JsonObject
        {
            ["AccountLimit"] = new JsonObject
            {
                ["TotalCodeSize"] = Limits.TotalCodeBytes,
                ["CodeSizeUnzipped"] = Limits.UnzippedBytes,
                ["CodeSizeZipped"] = Limits.ZipBytes,
                ["ConcurrentExecutions"] = config.AccountConcurrency,
                ["UnreservedConcurrentExecutions"] = aside.Unreserved(config.AccountConcurrency),
            },
            ["AccountUsage"] = new JsonObject { ["TotalCodeSize"] = bytes, ["FunctionCount"] = functions },
        });
    }
}
