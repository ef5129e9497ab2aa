namespace Dispatcher.Gateway.Lambda.Permissions;

/// <summary>The forms of a principal.</summary>
internal static class PolicyPrincipal
{
    /// <summary>Everybody.</summary>
    public const string Everybody = "*";

    /// <summary>A service: <c>s3.amazonaws.com</c>.</summary>
    public const string Service = "Service";

    /// <summary>An account: 12 digits, or the ARN of its root.</summary>
    public const string Account = "Account";

    /// <summary>A user or role.</summary>
    public const string Arn = "ARN";

    private const int AccountDigits = 12;
    private const string RootTail = ":root";

    /// <summary>Alexa's services are below amazon.com.</summary>
    private static readonly string[] ServiceTails = [".amazonaws.com", ".amazon.com"];

    /// <summary>The kind of a principal; null where it is none.</summary>
    public static string? KindOf(string principal)
    {
        if (principal == Everybody)
        {
            return Everybody;
        }

        if (AccountOf(principal) is not null)
        {
            return Account;
        }

        return Contracts.Names.Arn.TryParse(principal, out var arn) && arn.Service is "iam" or "sts" ? Arn
            : Array.Exists(ServiceTails, tail => principal.EndsWith(tail, StringComparison.Ordinal)) && !principal.Contains(':', StringComparison.Ordinal) ? Service
            : null;
    }

    /// <summary>The account that a principal stands for as a whole; null where it is something else.</summary>
    public static string? AccountOf(string principal)
    {
        var account = Contracts.Names.Arn.TryParse(principal, out var arn) && arn is { Service: "iam", Resource: "root" } ? arn.Account : principal;
        return account.Length == AccountDigits && account.All(char.IsAsciiDigit) ? account : null;
    }

    /// <summary>The ARN under which policies show an account.</summary>
    public static string RootOf(string account) => $"arn:aws:iam::{account}{RootTail}";
}
