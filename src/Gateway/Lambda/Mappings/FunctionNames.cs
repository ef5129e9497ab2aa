using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Names;

namespace Dispatcher.Gateway.Lambda.Mappings;

/// <summary>The forms in which callers name a mapping's function, and the one form (an ARN) in which it is kept.</summary>
internal static class FunctionNames
{
    private const string LatestSuffix = ":" + FunctionRef.Latest;

    /// <summary>Reads any form of a name; one of another region or account is not found here.</summary>
    /// <exception cref="ServiceException">The text names no function, or one of elsewhere.</exception>
    public static FunctionRef Parse(string text, string region, string account)
    {
        if (!FunctionRef.TryParse(text, out var function, out var itsRegion, out var itsAccount))
        {
            throw ServiceException.Invalid($"The function name '{text}' is not valid.");
        }

        return (itsRegion ?? region) == region && (itsAccount ?? account) == account
            ? function
            : throw NotFound(function, itsRegion ?? region, itsAccount ?? account);
    }

    /// <summary>What AWS answers where there is no such function.</summary>
    public static ServiceException NotFound(FunctionRef function, string region, string account)
        => ServiceException.NotFound($"Function not found: {function.ToArn(region, account)}");

    /// <summary>The ARN, with <c>$LATEST</c> dropped: both mean the unpublished version.</summary>
    public static string WithoutLatest(string arn)
        => arn.EndsWith(LatestSuffix, StringComparison.Ordinal) ? arn[..^LatestSuffix.Length] : arn;

    /// <summary>The name, with the qualifier where there is one, of a function's ARN.</summary>
    public static string Bare(string arn) => FunctionRef.TryParse(arn, out var function, out _, out _) ? function.ToString() : arn;
}
