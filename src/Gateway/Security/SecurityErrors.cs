using Dispatcher.Contracts.Errors;

namespace Dispatcher.Gateway.Security;

/// <summary>What is answered to requests that may not come in, in AWS's words.</summary>
internal static class SecurityErrors
{
    public static ServiceException MissingToken() => Of("MissingAuthenticationTokenException", "Missing Authentication Token");

    public static ServiceException UnknownKey()
        => Of("UnrecognizedClientException", "The security token included in the request is invalid.");

    public static ServiceException Incomplete(string what) => Of("IncompleteSignatureException", what);

    public static ServiceException Mismatch() => BadSignature(
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and "
        + "signing method. Consult the service documentation for details.");

    public static ServiceException Expired(string signed, string limit, string now) => BadSignature(
        $"Signature expired: {signed} is now earlier than {limit} ({now} - {Contracts.Limits.SignatureSkewMinutes} min.)");

    public static ServiceException LinkExpired(string expired, string now)
        => BadSignature($"Signature expired: {expired} is now earlier than {now}");

    public static ServiceException Early(string signed, string limit, string now) => BadSignature(
        $"Signature not yet current: {signed} is still later than {limit} ({now} + {Contracts.Limits.SignatureSkewMinutes} min.)");

    public static ServiceException WrongDate(string scope, string date, string signed) => BadSignature(
        $"Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '{scope}' != '{date}', from '{signed}'.");

    public static ServiceException WrongRegion(string region) => BadSignature($"Credential should be scoped to a valid region, not '{region}'. ");

    public static ServiceException WrongService(string service) => BadSignature($"Credential should be scoped to correct service: '{service}'. ");

    public static ServiceException NotSigned(string header)
        => Incomplete($"'{header}' must be a 'SignedHeader' in the AWS Authorization.");

    public static ServiceException Denied(string principal, string action, string? resource = null) => new(
        ServiceErrorKind.AccessDenied,
        $"User: {principal} is not authorized to perform: {action}"
        + (resource is null ? "" : $" on resource: {resource} because no resource-based policy allows the {action} action"));

    public static ServiceException Browser() => new(
        ServiceErrorKind.AccessDenied,
        "This server has no access keys and takes no calls from web pages of elsewhere or under a name that is not this machine's.");

    private static ServiceException BadSignature(string message) => Of("InvalidSignatureException", message);

    private static ServiceException Of(string type, string message) => new(ServiceErrorKind.AccessDenied, message) { TypeName = type };
}
