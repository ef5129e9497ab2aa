using Dispatcher.Contracts.Invocations;
using Dispatcher.Contracts.Names;
using Dispatcher.Gateway.Api;
using Dispatcher.Gateway.Lambda.Functions;
using Dispatcher.Gateway.Security;

namespace Dispatcher.Gateway.Lambda.Permissions;

/// <summary>
/// Lets callers of the server's account do everything, and callers of other accounts what the policy of the function in
/// the path of the call allows them.
/// </summary>
internal sealed class CallerCheck(IFunctionPermissions permissions, FunctionFinder finder) : ICallerCheck
{
    private const string FunctionName = "FunctionName";

    /// <inheritdoc/>
    public async ValueTask DemandAsync(ApiRequest request, CancellationToken cancellation)
    {
        var caller = request.Caller;
        if (caller.IsOwn)
        {
            return;
        }

        var action = ActionOf(request.Operation);
        if (!request.Operation.Uri.Contains($"{{{FunctionName}}}", StringComparison.Ordinal))
        {
            throw SecurityErrors.Denied(caller.Arn, action);
        }

        var function = finder.Name(request);
        var question = new PolicyQuestion(function, action) { Account = caller.Account, PrincipalArn = caller.Arn };
        if (!await permissions.AllowsAsync(question, cancellation))
        {
            throw SecurityErrors.Denied(caller.Arn, action, finder.Arn(function with { Qualifier = function.IsLatest ? null : function.Qualifier }));
        }
    }

    private static string ActionOf(OperationModel operation) => operation.Name switch
    {
        "Invoke" or "InvokeWithResponseStream" => "lambda:InvokeFunction",
        var name => $"lambda:{name}",
    };
}
