using Dispatcher.Contracts.Errors;

namespace Dispatcher.Gateway.Lambda.Versions;

/// <summary>What is answered to calls about versions that cannot be done, in AWS's words.</summary>
internal static class VersionErrors
{
    public static ServiceException OtherCode(string wanted, string present) => ServiceException.Invalid(
        $"CodeSHA256 ({wanted}) is different from current CodeSHA256 in $LATEST ({present}). "
        + "Please try again with the CodeSHA256 in $LATEST.");

    public static ServiceException VersionInUse(IEnumerable<string> aliases) => ServiceException.Conflict(
        $"Unable to delete version because the following aliases reference it: [{string.Join(", ", aliases)}]");

    public static ServiceException DeletesAlias() => ServiceException.Invalid("Deletion of aliases is not currently supported.");
}
