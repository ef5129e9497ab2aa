using Microsoft.AspNetCore.Http;

namespace Dispatcher.Gateway.Api;

/// <summary>
/// One AWS service that speaks the older query protocol: calls are forms with <c>Action=…&amp;Version=…</c>, answers are XML.
/// </summary>
public interface IQueryService
{
    /// <summary>The API version by which its calls are known: <c>2012-11-05</c>.</summary>
    string ApiVersion { get; }

    /// <summary>Answers one call, errors included.</summary>
    /// <param name="context">The request; its body is read already.</param>
    /// <param name="form">The fields of the query string and of the body.</param>
    Task HandleAsync(HttpContext context, IReadOnlyDictionary<string, string> form);
}
