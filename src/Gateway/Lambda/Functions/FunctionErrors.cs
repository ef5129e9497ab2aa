using Dispatcher.Contracts.Errors;

namespace Dispatcher.Gateway.Lambda.Functions;

/// <summary>What is answered to calls about functions that cannot be done, in AWS's words where AWS has words for it.</summary>
internal static class FunctionErrors
{
    public static ServiceException NotFound(string arn) => ServiceException.NotFound($"Function not found: {arn}");

    public static ServiceException OtherRegion(string named, string own)
        => ServiceException.NotFound($"Functions from '{named}' are not reachable in this region ('{own}')");

    public static ServiceException BadName(string text) => new(
        ServiceErrorKind.Validation,
        $"1 validation error detected: Value '{text}' at 'functionName' failed to satisfy constraint: "
        + "Member must be a name of 1 to 64 letters, digits, hyphens and underscores, a partial ARN or an ARN");

    public static ServiceException QualifierMismatch()
        => ServiceException.Invalid("The derived qualifier from the function name does not match the specified qualifier.");

    public static ServiceException Qualified() => ServiceException.Invalid(
        "This operation is permitted on Lambda functions only. Aliases and versions do not support this operation. "
        + "Please specify either a function name or an unqualified function ARN.");

    public static ServiceException QualifiedTags() => ServiceException.Invalid(
        "Tags on function aliases and versions are not supported. "
        + "Please specify either a function name or an unqualified function ARN.");

    public static ServiceException Exists(string name) => ServiceException.Conflict($"Function already exist: {name}");

    public static ServiceException OldRevision() => new(
        ServiceErrorKind.PreconditionFailed,
        "The Revision Id provided does not match the latest Revision Id. "
        + "Call the GetFunction/GetAlias API to retrieve the latest Revision Id");

    public static ServiceException LatestStays()
        => ServiceException.Invalid("$LATEST version cannot be deleted without deleting the function.");

    public static ServiceException NoCode() => ServiceException.Invalid("Please provide a source for function code.");

    public static ServiceException NoBuckets() => ServiceException.Invalid(
        "S3 is not available here: S3Bucket, S3Key and S3ObjectVersion are not supported. Send the archive as ZipFile.");

    public static ServiceException ZipWithImageUri()
        => ServiceException.Invalid("Please do not provide ImageUri when updating a function with packageType Zip.");

    public static ServiceException ImageWithZip()
        => ServiceException.Invalid("Please do not provide ZipFile when updating a function with packageType Image.");

    public static ServiceException NoImageUri()
        => ServiceException.Invalid("Please provide ImageUri when updating a function with packageType Image.");

    public static ServiceException ZipTooLarge() => new(
        ServiceErrorKind.TooLarge,
        $"The archive must be smaller than {Contracts.Limits.ZipBytes + 1} bytes")
    {
        TypeName = Api.ErrorTypes.RequestEntityTooLarge,
    };

    public static ServiceException RuntimeMissing()
        => ServiceException.Invalid("Runtime and Handler are mandatory parameters for functions created with deployment packages.");

    public static ServiceException ImageWithRuntime() => ServiceException.Invalid(
        "The Runtime and Handler parameters are not supported for functions created with container images.");

    public static ServiceException NoImages(string uri) => ServiceException.Invalid(
        $"The image {uri} cannot be run by this server: configure RemoteWorkers:Url and run it in pods that fetch their events there, or give the http(s):// address of a running HTTP function as ImageUri.");

    public static ServiceException NoHost(string what) => ServiceException.Invalid($"No way to run {what} is configured here.");

    public static ServiceException EnvironmentTooLarge(string measured) => ServiceException.Invalid(
        "Lambda was unable to configure your environment variables because the environment variables you have provided "
        + $"exceeded the 4KB limit. String measured: {measured}");

    public static ServiceException ReservedVariables(IEnumerable<string> names) => ServiceException.Invalid(
        "Lambda was unable to configure your environment variables because the environment variables you have provided "
        + "contains reserved keys that are currently not supported for modification. "
        + $"Reserved keys used in this request: {string.Join(", ", names)}");

    public static ServiceException PayloadTooLarge(int limit, string operation) => new(
        ServiceErrorKind.TooLarge, $"Request must be smaller than {limit} bytes for the {operation} operation");
}
