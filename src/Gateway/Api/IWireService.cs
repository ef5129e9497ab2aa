using Dispatcher.Contracts.Errors;
using Microsoft.AspNetCore.Http;

namespace Dispatcher.Gateway.Api;

/// <summary>
/// One AWS service whose calls come as <c>POST /</c> and are told apart by the header <c>X-Amz-Target: PREFIX.Operation</c>.
/// </summary>
public interface IWireService
{
    /// <summary>What stands before the dot: <c>Kinesis_20131202</c>, <c>AmazonSQS</c>.</summary>
    string TargetPrefix { get; }

    /// <summary>The service's name in signatures: <c>kinesis</c>, <c>sqs</c>.</summary>
    string SigningName { get; }

    /// <summary>Answers a call that may not come in, in the shape of the service.</summary>
    Task RefuseAsync(HttpContext context, ServiceException refusal);

    /// <summary>
    /// Answers one call, errors included, in the shape of the service.
    /// </summary>
    /// <param name="context">The request; its body is not read yet.</param>
    /// <param name="operation">What stands behind the dot; not checked.</param>
    Task HandleAsync(HttpContext context, string operation);
}
