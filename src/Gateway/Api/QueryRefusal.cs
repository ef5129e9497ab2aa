using System.Security;
using Dispatcher.Contracts.Errors;
using Microsoft.AspNetCore.Http;

namespace Dispatcher.Gateway.Api;

/// <summary>Answers calls of the query protocol that may not come in; which service they are for is not known yet.</summary>
internal static class QueryRefusal
{
    /// <summary>Writes the error with the code that the query protocol has for it.</summary>
    public static async Task WriteAsync(HttpContext context, ServiceException refusal)
    {
        var requestId = Guid.NewGuid();
        var response = context.Response;
        response.StatusCode = StatusOf(refusal);
        response.ContentType = "text/xml";
        response.Headers["x-amzn-RequestId"] = requestId.ToString("D");
        await response.WriteAsync(
            $"<?xml version=\"1.0\"?><ErrorResponse><Error><Type>Sender</Type><Code>{CodeOf(refusal)}</Code>"
            + $"<Message>{SecurityElement.Escape(refusal.Message)}</Message></Error><RequestId>{requestId:D}</RequestId></ErrorResponse>",
            context.RequestAborted);
    }

    /// <summary>The code of a refusal.</summary>
    public static string CodeOf(ServiceException refusal) => refusal.TypeName switch
    {
        "MissingAuthenticationTokenException" => "MissingAuthenticationToken",
        "UnrecognizedClientException" => "InvalidClientTokenId",
        "IncompleteSignatureException" => "IncompleteSignature",
        "InvalidSignatureException" when refusal.Message.StartsWith("Signature expired", StringComparison.Ordinal) => "RequestExpired",
        "InvalidSignatureException" => "SignatureDoesNotMatch",
        null when refusal.Kind == ServiceErrorKind.AccessDenied => "AccessDenied",
        var type => type ?? "InternalFailure",
    };

    /// <summary>The status of a refusal.</summary>
    public static int StatusOf(ServiceException refusal) => refusal.Kind switch
    {
        ServiceErrorKind.TooLarge => StatusCodes.Status413PayloadTooLarge,
        ServiceErrorKind.AccessDenied when CodeOf(refusal) is not ("IncompleteSignature" or "RequestExpired") => StatusCodes.Status403Forbidden,
        _ => StatusCodes.Status400BadRequest,
    };
}
