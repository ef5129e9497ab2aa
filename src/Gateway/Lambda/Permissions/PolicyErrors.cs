using Dispatcher.Contracts.Errors;

namespace Dispatcher.Gateway.Lambda.Permissions;

/// <summary>What is answered to calls about policies that cannot be done, in AWS's words.</summary>
internal static class PolicyErrors
{
    public static ServiceException Exists(string statement) => ServiceException.Conflict(
        $"The statement id ({statement}) provided already exists. Please provide a new statement id, or remove the existing statement.");

    public static ServiceException BadPrincipal()
        => ServiceException.Invalid("The provided principal was invalid. Please check the principal and try again.");

    public static ServiceException Latest() => ServiceException.Invalid("We currently do not support adding policies for $LATEST.");

    public static ServiceException OldRevision() => new(
        ServiceErrorKind.PreconditionFailed,
        "The Revision Id provided does not match the latest Revision Id. Call the GetPolicy API to retrieve the latest Revision Id");

    public static ServiceException TooLong(int bytes) => new(
        ServiceErrorKind.LimitExceeded,
        $"The final policy size ({bytes}) is bigger than the limit ({Contracts.Limits.PolicyBytes}).")
    {
        TypeName = "PolicyLengthExceededException",
    };

    public static ServiceException NoPolicy() => ServiceException.NotFound("The resource you requested does not exist.");

    public static ServiceException NothingToRemove() => ServiceException.NotFound("No policy is associated with the given resource.");

    public static ServiceException NoStatement(string statement)
        => ServiceException.NotFound($"Statement {statement} is not found in resource policy.");
}
