using System.Text.Json.Nodes;
using Dispatcher.Contracts.Functions;
using Dispatcher.Contracts.Names;
using Dispatcher.Gateway.Api;
using Dispatcher.Gateway.Lambda.Functions;

namespace Dispatcher.Gateway.Lambda.Permissions;

/// <summary>Adds a statement to the policy of a function, a version or an alias.</summary>
internal sealed class AddPermission(PolicyRepository policies, FunctionFinder finder) : IApiOperation
{
    /// <inheritdoc/>
    public string Name => "AddPermission";

    /// <inheritdoc/>
    public async ValueTask<ApiResponse> RunAsync(ApiRequest request, CancellationToken cancellation)
    {
        var function = policies.Name(request);
        var statement = Read(request, function);
        if (PolicyPrincipal.KindOf(statement.Principal) is null)
        {
            throw PolicyErrors.BadPrincipal();
        }

        await policies.ChangeAsync(function, request.Text("RevisionId"), present => Add(present, statement), cancellation);
        return ApiResponse.Json(new JsonObject { ["Statement"] = PolicyText.Of(statement) });
    }

    private static IReadOnlyList<PolicyStatement> Add(PolicyConfig policy, PolicyStatement statement)
        => policy.Statements.Any(one => one.Sid == statement.Sid)
            ? throw PolicyErrors.Exists(statement.Sid)
            : [.. policy.Statements, statement];

    private PolicyStatement Read(ApiRequest request, FunctionRef function) => new()
    {
        Sid = request.Text("StatementId")!,
        Action = request.Text("Action")!,
        Principal = request.Text("Principal")!,
        Resource = finder.Arn(function),
        SourceArn = request.Text("SourceArn"),
        SourceAccount = request.Text("SourceAccount"),
        EventSourceToken = request.Text("EventSourceToken"),
        PrincipalOrgId = request.Text("PrincipalOrgID"),
        FunctionUrlAuthType = request.Text("FunctionUrlAuthType"),
        InvokedViaFunctionUrl = request.Flag("InvokedViaFunctionUrl"),
    };
}
