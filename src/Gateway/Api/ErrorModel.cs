namespace Dispatcher.Gateway.Api;

/// <summary>One error type of an API model.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="TextMember">The member that carries the text: <c>message</c> or <c>Message</c>.</param>
internal sealed record ErrorModel(int Status, string TextMember);
