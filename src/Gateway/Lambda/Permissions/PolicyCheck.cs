using Dispatcher.Contracts.Functions;
using Dispatcher.Contracts.Invocations;

namespace Dispatcher.Gateway.Lambda.Permissions;

/// <summary>Decides whether a policy allows something; pure. There are no statements that deny.</summary>
internal static class PolicyCheck
{
    private const string Everything = "*";

    /// <summary>Whether one of the statements fits in all its parts.</summary>
    /// <param name="statements">The policy.</param>
    /// <param name="question">Who wants to do what.</param>
    /// <param name="resource">ARN of the function, version or alias.</param>
    public static bool Allows(IEnumerable<PolicyStatement> statements, PolicyQuestion question, string resource)
        => statements.Any(one => one.Resource == resource
            && IsAction(one.Action, question.Action)
            && IsPrincipal(one.Principal, question)
            && Fits(one, question));

    private static bool IsAction(string allowed, string action)
        => allowed is Everything or "lambda:*" || allowed.Equals(action, StringComparison.OrdinalIgnoreCase);

    private static bool IsPrincipal(string allowed, PolicyQuestion question) => PolicyPrincipal.KindOf(allowed) switch
    {
        PolicyPrincipal.Everybody => true,
        PolicyPrincipal.Service => question.Service == allowed,
        PolicyPrincipal.Account => question.Service is null && question.Account == PolicyPrincipal.AccountOf(allowed),
        PolicyPrincipal.Arn => question.Service is null && question.PrincipalArn == allowed,
        _ => false,
    };

    private static bool Fits(PolicyStatement statement, PolicyQuestion question)
        => Fits(statement.SourceArn, question.SourceArn, ArnPattern.Matches)
            && Fits(statement.SourceAccount, question.SourceAccount, string.Equals)
            && Fits(statement.EventSourceToken, question.EventSourceToken, string.Equals)
            && Fits(statement.PrincipalOrgId, question.OrgId, string.Equals)
            && Fits(statement.FunctionUrlAuthType, question.FunctionUrlAuthType, string.Equals)
            && (statement.InvokedViaFunctionUrl is not { } url || url == question.FunctionUrlAuthType is not null);

    private static bool Fits(string? wanted, string? given, Func<string, string, bool> same)
        => wanted is null || (given is not null && same(wanted, given));
}
