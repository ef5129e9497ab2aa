using Dispatcher.Contracts.Errors;

namespace Dispatcher.Gateway.Lambda.Aliases;

/// <summary>What is answered to calls about aliases that cannot be done, in AWS's words.</summary>
internal static class AliasErrors
{
    public static ServiceException Exists(string arn) => ServiceException.Conflict($"Alias already exists: {arn}");

    public static ServiceException NotFound(string arn) => ServiceException.NotFound($"Cannot find alias arn: {arn}");

    public static ServiceException NotUpdated(string arn) => ServiceException.NotFound($"Alias not found: {arn}");

    public static ServiceException TooManyVersions()
        => ServiceException.Invalid("Number of items in AdditionalVersionWeights cannot be greater than 1");

    public static ServiceException SameVersion(string version) => ServiceException.Invalid(
        $"Invalid function version {version}. Function version {version} is already included in routing configuration.");

    public static ServiceException LatestShares()
        => ServiceException.Invalid("$LATEST is not supported for an alias pointing to more than 1 version");
}
