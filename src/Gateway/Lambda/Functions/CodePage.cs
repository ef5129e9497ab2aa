using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Store;
using Dispatcher.Gateway.Api;
using Microsoft.AspNetCore.Http;

namespace Dispatcher.Gateway.Lambda.Functions;

/// <summary>Serves the archives that GetFunction's Code.Location points to, by a URL that was signed there (<see cref="CodeLinks"/>).</summary>
internal sealed class CodePage(IStore store) : IGatewayPage
{
    /// <summary>The path of all archives.</summary>
    public const string Path = "/_code";

    private const int HashLength = 64;

    /// <inheritdoc/>
    public string Prefix => Path;

    /// <inheritdoc/>
    public async ValueTask<ApiResponse> GetAsync(HttpRequest request, CancellationToken cancellation)
    {
        var hash = request.Path.Value![Path.Length..].TrimStart('/');
        var known = HttpMethods.IsGet(request.Method) && hash.Length == HashLength && hash.All(char.IsAsciiHexDigitLower);
        var archive = known ? await store.Blobs.GetAsync(hash, cancellation) : null;
        return archive is null
            ? throw new ServiceException(ServiceErrorKind.NotFound, "There is no such archive")
            : ApiResponse.Raw(archive, "application/zip");
    }
}
