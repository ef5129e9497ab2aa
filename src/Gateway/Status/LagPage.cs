using System.Text.Json;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Store;
using Dispatcher.Gateway.Api;
using Microsoft.AspNetCore.Http;

namespace Dispatcher.Gateway.Status;

/// <summary>
/// For autoscalers such as KEDA's metrics-api: <c>GET /dispatcher/lag/{uuid}</c> tells how many records wait for a mapping,
/// <c>/dispatcher/lag?function=NAME</c> for all enabled mappings of a function, <c>/dispatcher/lag</c> for all of them. Where one of
/// them is not known the answer is 503 with the reason: a failed query is not a lag of zero.
/// </summary>
internal sealed class LagPage(Catalog catalog, ILagReader lags) : IGatewayPage
{
    /// <inheritdoc/>
    public string Prefix => "/dispatcher/lag";

    /// <inheritdoc/>
    public async ValueTask<ApiResponse> GetAsync(HttpRequest request, CancellationToken cancellation)
    {
        if (!HttpMethods.IsGet(request.Method))
        {
            throw new ServiceException(ServiceErrorKind.NotFound, "A lag can only be read");
        }

        var tail = request.Path.Value![Prefix.Length..].Trim('/');
        var mappings = tail.Length > 0 ? [await OneAsync(tail, cancellation)] : await AllAsync(request.Query["function"], cancellation);
        var answer = await SumAsync(mappings, cancellation);
        return ApiResponse.Raw(
            JsonSerializer.SerializeToUtf8Bytes(answer, StatusJson.Default.LagAnswer),
            status: answer.Lag is null ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK);
    }

    private async ValueTask<LagAnswer> SumAsync(List<MappingId> mappings, CancellationToken cancellation)
    {
        var (sum, unknown) = (0L, (string?)null);
        var options = new ParallelOptions { MaxDegreeOfParallelism = Limits.StartingMappings, CancellationToken = cancellation };
        await Parallel.ForEachAsync(mappings, options, async (mapping, stop) =>
        {
            var lag = await lags.ReadAsync(mapping, stop);
            if (lag.Records is { } records)
            {
                Interlocked.Add(ref sum, records);
            }
            else
            {
                Interlocked.CompareExchange(ref unknown, $"mapping {mapping}: {lag.Unknown}", null);
            }
        });
        return new LagAnswer(unknown is null ? sum : null, mappings.Count, unknown);
    }

    private async ValueTask<MappingId> OneAsync(string uuid, CancellationToken cancellation)
        => MappingId.TryParse(uuid, out var id) && await catalog.Mappings.FindAsync(id.ToString(), cancellation) is not null
            ? id
            : throw ServiceException.NotFound($"There is no mapping {uuid}");

    private async ValueTask<List<MappingId>> AllAsync(string? function, CancellationToken cancellation)
    {
        var found = new List<MappingId>();
        await foreach (var stored in catalog.Mappings.AllAsync(cancellation))
        {
            var config = stored.Value;
            if (config.Enabled && (string.IsNullOrEmpty(function) || Names(config.FunctionArn, function)) && MappingId.TryParse(config.Uuid, out var id))
            {
                found.Add(id);
            }
        }

        return found;
    }

    /// <summary>Whether an ARN is that of the function or of one of its versions.</summary>
    private static bool Names(string arn, string function) => arn.Split(':') is [_, _, _, _, _, _, var name, ..] && name == function;
}
