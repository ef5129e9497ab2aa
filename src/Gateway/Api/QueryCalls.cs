using System.Text;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Errors;
using Dispatcher.Gateway.Security;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Dispatcher.Gateway.Api;

/// <summary>Takes calls of the query protocol to their service, which also answers its errors.</summary>
internal sealed class QueryCalls(IEnumerable<IQueryService> services, Authenticator authenticator)
{
    private const string Form = "application/x-www-form-urlencoded";
    private const string Action = "Action";
    private const int AccountDigits = 12;

    private readonly Dictionary<string, IQueryService> _services = services.ToDictionary(service => service.ApiVersion);

    /// <summary>Whether a path is one that services other than Lambda have: the root, or a queue's <c>/ACCOUNT/NAME</c>.</summary>
    public static bool IsServicePath(PathString path)
        => path.Value is "/"
            || (path.Value is { Length: > AccountDigits + 2 } text && text[AccountDigits + 1] == '/'
                && !text.AsSpan(1, AccountDigits).ContainsAnyExceptInRange('0', '9') && text.IndexOf('/', AccountDigits + 2) < 0);

    /// <summary>Whether a request is a call of the query protocol.</summary>
    public static bool IsQuery(HttpRequest request)
        => IsServicePath(request.Path)
            && (request.ContentType?.StartsWith(Form, StringComparison.OrdinalIgnoreCase) == true || request.Query.ContainsKey(Action));

    /// <summary>Runs one call and writes its answer.</summary>
    /// <exception cref="ServiceException">It is of no service here, or cannot be read.</exception>
    public async Task RunAsync(HttpContext context)
    {
        try
        {
            await authenticator.EnterAsync(context, service: null, Limits.StreamRequestBytes, ownOnly: true);
        }
        catch (ServiceException refusal)
        {
            await QueryRefusal.WriteAsync(context, refusal);
            return;
        }

        var form = await ReadAsync(context.Request, context.RequestAborted);
        var version = form.GetValueOrDefault("Version", "");
        var service = _services.GetValueOrDefault(version)
            ?? throw new ServiceException(ServiceErrorKind.UnknownOperation, $"There is no operation {form.GetValueOrDefault(Action)} of version '{version}'");
        await service.HandleAsync(context, form);
    }

    private static async ValueTask<Dictionary<string, string>> ReadAsync(HttpRequest request, CancellationToken cancellation)
    {
        var form = request.Query.ToDictionary(one => one.Key, one => one.Value.ToString());
        if (request.ContentLength > Limits.QueueRequestBytes)
        {
            throw ApiErrors.BodyTooLarge(Limits.QueueRequestBytes);
        }

        using var body = await RequestBody.ReadAsync(request, cancellation);
        if (body.Bytes.Length > Limits.QueueRequestBytes)
        {
            throw ApiErrors.BodyTooLarge(Limits.QueueRequestBytes);
        }

        using var reader = new FormReader(Encoding.UTF8.GetString(body.Bytes.Span)) { ValueLengthLimit = Limits.QueueRequestBytes };
        try
        {
            foreach (var (name, value) in await reader.ReadFormAsync(cancellation))
            {
                form[name] = value.ToString();
            }
        }
        catch (InvalidDataException error)
        {
            throw new ServiceException(ServiceErrorKind.InvalidRequestContent, error.Message, error);
        }

        return form;
    }
}
