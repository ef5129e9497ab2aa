using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Invocations;
using Dispatcher.Contracts.Store;

namespace Dispatcher.Gateway.Lambda.Permissions;

/// <summary>Asks the stored policy of a function. <c>$LATEST</c> is the function itself.</summary>
internal sealed class FunctionPermissions(Catalog catalog, DispatcherConfig config) : IFunctionPermissions
{
    /// <inheritdoc/>
    public async ValueTask<bool> AllowsAsync(PolicyQuestion question, CancellationToken cancellation)
    {
        var function = question.Function.IsLatest ? question.Function with { Qualifier = null } : question.Function;
        var policy = await catalog.Policies.FindAsync(function.Key, cancellation);
        return policy is not null
            && PolicyCheck.Allows(policy.Value.Statements, question, function.ToArn(config.Region, config.Account));
    }
}
