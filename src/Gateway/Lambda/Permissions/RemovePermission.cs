using Dispatcher.Contracts.Functions;
using Dispatcher.Gateway.Api;
using Microsoft.AspNetCore.Http;

namespace Dispatcher.Gateway.Lambda.Permissions;

/// <summary>Takes a statement from a policy.</summary>
internal sealed class RemovePermission(PolicyRepository policies) : IApiOperation
{
    /// <inheritdoc/>
    public string Name => "RemovePermission";

    /// <inheritdoc/>
    public async ValueTask<ApiResponse> RunAsync(ApiRequest request, CancellationToken cancellation)
    {
        var id = request.Text("StatementId")!;
        await policies.ChangeAsync(policies.Name(request), request.Text("RevisionId"), present => Remove(present, id), cancellation);
        return ApiResponse.Empty(StatusCodes.Status204NoContent);
    }

    private static IReadOnlyList<PolicyStatement> Remove(PolicyConfig policy, string id)
    {
        if (policy.Statements.Count == 0)
        {
            throw PolicyErrors.NothingToRemove();
        }

        var rest = policy.Statements.Where(one => one.Sid != id).ToArray();
        return rest.Length < policy.Statements.Count ? rest : throw PolicyErrors.NoStatement(id);
    }
}
