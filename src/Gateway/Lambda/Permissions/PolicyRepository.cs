using System.Text;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Functions;
using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Store;
using Dispatcher.Gateway.Api;
using Dispatcher.Gateway.Lambda.Functions;

namespace Dispatcher.Gateway.Lambda.Permissions;

/// <summary>Reads and writes policies, while the function they belong to cannot be deleted.</summary>
internal sealed class PolicyRepository(Catalog catalog, FunctionRepository functions, FunctionFinder finder)
{
    private static readonly PolicyConfig None = new();

    /// <summary>The function, version or alias that a request names; <c>$LATEST</c> has no policy of its own.</summary>
    public FunctionRef Name(ApiRequest request)
    {
        var function = finder.Name(request);
        return function.Qualifier == FunctionRef.Latest ? throw PolicyErrors.Latest() : function;
    }

    /// <summary>The policy; null where there is none.</summary>
    public async ValueTask<PolicyConfig?> FindAsync(FunctionRef function, CancellationToken cancellation)
        => (await catalog.Policies.FindAsync(function.Key, cancellation))?.Value;

    /// <summary>
    /// Changes a policy; <paramref name="change"/> may refuse by throwing and may run more than once. A policy without
    /// statements is deleted.
    /// </summary>
    /// <exception cref="Contracts.Errors.ServiceException">There is no such function, the policy has another revision or gets too long.</exception>
    public async ValueTask ChangeAsync(
        FunctionRef function, string? revision, Func<PolicyConfig, IReadOnlyList<PolicyStatement>> change, CancellationToken cancellation)
        => await functions.AloneAsync(() => ChangeAloneAsync(function, revision, change, cancellation), cancellation);

    private async Task<bool> ChangeAloneAsync(
        FunctionRef function, string? revision, Func<PolicyConfig, IReadOnlyList<PolicyStatement>> change, CancellationToken cancellation)
    {
        var target = await finder.FindAsync(function, cancellation);
        var alias = function.IsAlias ? await finder.FindAliasAsync(function, cancellation) : null;
        while (true)
        {
            var present = await catalog.Policies.FindAsync(function.Key, cancellation);
            if (revision is not null && revision != (present?.Value.RevisionId ?? alias?.RevisionId ?? target.RevisionId))
            {
                throw PolicyErrors.OldRevision();
            }

            var changed = Checked(change(present?.Value ?? None));
            if (await WriteAsync(function.Key, present, changed))
            {
                return true;
            }
        }
    }

    private ValueTask<bool> WriteAsync(string key, Stored<PolicyConfig>? present, PolicyConfig changed)
        => present is null ? catalog.Policies.CreateAsync(key, changed, CancellationToken.None)
            : changed.Statements.Count == 0 ? catalog.Policies.DeleteAsync(present, CancellationToken.None)
            : catalog.Policies.ReplaceAsync(present, changed, CancellationToken.None);

    private static PolicyConfig Checked(IReadOnlyList<PolicyStatement> statements)
    {
        var policy = new PolicyConfig { Statements = statements, RevisionId = Guid.NewGuid().ToString("D") };
        var bytes = Encoding.UTF8.GetByteCount(PolicyText.Of(policy));
        return bytes <= Limits.PolicyBytes ? policy : throw PolicyErrors.TooLong(bytes);
    }
}
