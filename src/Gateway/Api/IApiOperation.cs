namespace Dispatcher.Gateway.Api;

/// <summary>One operation of the Lambda API. Registered in the container, found by its name.</summary>
internal interface IApiOperation
{
    /// <summary>The operation's name in the model, <c>CreateFunction</c>.</summary>
    string Name { get; }

    /// <summary>Does it. The input was validated against the model.</summary>
    /// <exception cref="Contracts.Errors.ServiceException">What the caller is to be told.</exception>
    ValueTask<ApiResponse> RunAsync(ApiRequest request, CancellationToken cancellation);
}
