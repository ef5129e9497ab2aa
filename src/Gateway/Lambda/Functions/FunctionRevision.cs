using Dispatcher.Contracts.Functions;
using Dispatcher.Gateway.Api;

namespace Dispatcher.Gateway.Lambda.Functions;

/// <summary>The precondition of changes: only if nobody changed the function since the caller looked.</summary>
internal static class FunctionRevision
{
    /// <summary>Throws where the request names another revision than the present one.</summary>
    public static void Demand(ApiRequest request, FunctionConfig present)
    {
        if (request.Text("RevisionId") is { } wanted && wanted != present.RevisionId)
        {
            throw FunctionErrors.OldRevision();
        }
    }
}
