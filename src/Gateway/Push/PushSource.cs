using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Invocations;
using Dispatcher.Contracts.Names;
using Dispatcher.Gateway.Lambda.Permissions;

namespace Dispatcher.Gateway.Push;

/// <summary>A push source: a caller with a principal.</summary>
/// <param name="Name">Its name in the configuration.</param>
/// <param name="Format">How it writes events.</param>
/// <param name="Principal">A service, an account, or the ARN of a user or role.</param>
/// <param name="Functions">What it calls.</param>
internal sealed record PushSource(string Name, IPushFormat Format, string Principal, IReadOnlyList<FunctionRef> Functions)
{
    /// <summary>What may call it its own: an ARN, with wildcards where the events say more; empty for nothing.</summary>
    public string SourceArn { get; init; } = "";

    /// <summary>Account that owns what events come from.</summary>
    public required string SourceAccount { get; init; }

    /// <summary>Compiles a push source whose configuration was checked.</summary>
    public static PushSource From(string name, PushSourceConfig config, IEnumerable<IPushFormat> formats, DispatcherConfig server)
    {
        var format = formats.First(one => one.Kind.Equals(config.Kind, StringComparison.OrdinalIgnoreCase));
        return new PushSource(
            name, format, config.Principal.Length > 0 ? config.Principal : format.Principal, [.. config.Functions.Select(Function).Distinct()])
        {
            SourceArn = config.SourceArn,
            SourceAccount = config.SourceAccount.Length > 0 ? config.SourceAccount : server.Account,
        };
    }

    /// <summary>What the function's policy is asked about one event.</summary>
    /// <exception cref="Contracts.Errors.ServiceException">The event is not this source's.</exception>
    public PolicyQuestion Ask(FunctionRef function, PushEvent pushed)
    {
        if (pushed.SourceArn is { } own && !ArnPattern.Matches(SourceArn, own))
        {
            throw PushErrors.OtherSource(own, SourceArn);
        }

        var question = new PolicyQuestion(function, "lambda:InvokeFunction")
        {
            SourceArn = pushed.SourceArn ?? (SourceArn.Length > 0 ? SourceArn : null),
            SourceAccount = SourceAccount,
        };
        return PolicyPrincipal.KindOf(Principal) switch
        {
            PolicyPrincipal.Service => question with { Service = Principal },
            PolicyPrincipal.Account => question with { Account = PolicyPrincipal.AccountOf(Principal), PrincipalArn = PolicyPrincipal.RootOf(PolicyPrincipal.AccountOf(Principal)!) },
            _ => question with { Account = Arn.TryParse(Principal, out var arn) ? arn.Account : null, PrincipalArn = Principal },
        };
    }

    private static FunctionRef Function(string text)
        => FunctionRef.TryParse(text, out var function, out _, out _)
            ? function with { Qualifier = function.IsLatest ? null : function.Qualifier }
            : throw new ArgumentException($"'{text}' names no function", nameof(text));
}
