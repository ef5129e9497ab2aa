using Dispatcher.Contracts.Errors;

namespace Dispatcher.Gateway.Lambda.Concurrency;

/// <summary>What is answered to calls about concurrency that cannot be done, in AWS's words.</summary>
internal static class ConcurrencyErrors
{
    public static ServiceException TooLittleUnreserved(string what, int minimum) => ServiceException.Invalid(
        $"Specified {what} for function decreases account's UnreservedConcurrentExecution below its minimum value of [{minimum}].");

    public static ServiceException BelowProvisioned(int reserved, int provisioned) => ServiceException.Invalid(
        $"ReservedConcurrentExecutions {reserved} should not be lower than function's total provisioned concurrency [{provisioned}].");

    public static ServiceException AboveReserved() => ServiceException.Invalid(
        "Requested Provisioned Concurrency should not be greater than the reservedConcurrentExecution for function");

    public static ServiceException Unpublished()
        => ServiceException.Invalid("Provisioned Concurrency Configs cannot be applied to unpublished function versions.");

    public static ServiceException NoTarget()
        => ServiceException.Invalid("The function resource provided must be an alias or a published version.");

    public static ServiceException VersionHasIt() => ServiceException.Conflict(
        "Alias can't be used for Provisioned Concurrency configuration on an already Provisioned version");

    public static ServiceException AliasHasIt()
        => ServiceException.Conflict("Version is pointed by a Provisioned Concurrency alias");

    public static ServiceException NotProvisioned()
        => new(ServiceErrorKind.NotFound, "No Provisioned Concurrency Config found for this function")
        {
            TypeName = "ProvisionedConcurrencyConfigNotFoundException",
        };
}
