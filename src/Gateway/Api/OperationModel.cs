namespace Dispatcher.Gateway.Api;

/// <summary>One operation of an API model.</summary>
/// <param name="Name">Its name, <c>CreateFunction</c>.</param>
/// <param name="Method">HTTP method.</param>
/// <param name="Uri">URI template, <c>/2015-03-31/functions/{FunctionName}/invocations</c>.</param>
/// <param name="Status">Status of a success.</param>
/// <param name="InputName">Name of the input's shape; null without input.</param>
internal sealed record OperationModel(string Name, string Method, string Uri, int Status, string? InputName);
