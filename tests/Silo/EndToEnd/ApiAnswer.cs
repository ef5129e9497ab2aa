using System.Net;
using System.Text.Json;

namespace Dispatcher.Silo.Tests.EndToEnd;

/// <summary>What an operation was answered with.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Error">The service's error type in the header; null where there is none.</param>
/// <param name="Body">The JSON body; an empty object where there is none.</param>
internal sealed record ApiAnswer(HttpStatusCode Status, string? Error, JsonElement Body)
{
    /// <summary>The body, where the status is the wanted one; fails the test otherwise.</summary>
    public JsonElement Must(HttpStatusCode status)
    {
        Assert.True(Status == status, $"wanted {status}, was answered with {Status} {Error}: {Body}");
        return Body;
    }
}
