namespace Dispatcher.Gateway.Api;

/// <summary>One member of a structure.</summary>
/// <param name="Name">Its name in the input.</param>
/// <param name="Shape">Its type.</param>
/// <param name="Location">Where it travels.</param>
/// <param name="WireName">Its name there.</param>
/// <param name="Required">Whether it must be given.</param>
internal sealed record ShapeMember(string Name, Shape Shape, MemberLocation Location, string WireName, bool Required)
{
    /// <summary>Its name in validation messages (<c>functionName</c>, <c>kmsKeyArn</c>).</summary>
    public string Label { get; } = System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(Name);
}
