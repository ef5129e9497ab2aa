using System.Text.Json.Nodes;
using Dispatcher.Contracts.Errors;

namespace Dispatcher.Gateway.Api;

/// <summary>Writes errors the way the Lambda API does: status, <c>x-amzn-ErrorType</c> and a small JSON body.</summary>
internal static class ErrorWriter
{
    /// <summary>The answer to a failed call.</summary>
    public static ApiResponse Write(ApiModel model, ServiceException error)
    {
        var type = error.TypeName ?? ErrorTypes.Of(error.Kind);
        var known = model.Errors.TryGetValue(type, out var own);
        var shape = own ?? ErrorTypes.Shared(type);
        var body = new JsonObject();
        if (known)
        {
            body["Type"] = shape.Status >= 500 ? "Service" : "User";
        }

        body[shape.TextMember] = error.Message;
        if (error.Reason is { } reason)
        {
            body["Reason"] = reason;
        }

        return ApiResponse.Json(body, shape.Status) with { Headers = [.. HeadersOf(type, error)] };
    }

    private static IEnumerable<KeyValuePair<string, string>> HeadersOf(string type, ServiceException error)
    {
        yield return new("x-amzn-ErrorType", type);
        if (type == ErrorTypes.Unauthorized)
        {
            yield return new("WWW-Authenticate", "Bearer");
        }

        if (error.RetryAfterSeconds is { } seconds)
        {
            yield return new("Retry-After", seconds.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }
    }
}
