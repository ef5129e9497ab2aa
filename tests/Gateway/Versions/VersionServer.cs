using System.Text;
using System.Text.Json;
using Dispatcher.Gateway.Tests.Wire;

namespace Dispatcher.Gateway.Tests.Versions;

/// <summary>Calls about functions, versions and aliases in short.</summary>
internal static class VersionServer
{
    public const string Functions = "/2015-03-31/functions";
    public const string Arn = "arn:aws:lambda:us-east-1:000000000000:function:f";

    public static Task<WireAnswer> CreateFunctionAsync(this GatewayServer server, string name = "f", string code = "one", string more = "")
        => server.SendAsync("POST", Functions, $$"""
            {"FunctionName":"{{name}}","Role":"arn:aws:iam::000000000000:role/r","Runtime":"provided.al2023","Handler":"h",
             "Code":{"ZipFile":"{{Convert.ToBase64String(Encoding.UTF8.GetBytes(code))}}"}{{more}} }
            """);

    public static Task<WireAnswer> ChangeCodeAsync(this GatewayServer server, string code, string more = "") => server.SendAsync(
        "PUT", $"{Functions}/f/code", $$"""{"ZipFile":"{{Convert.ToBase64String(Encoding.UTF8.GetBytes(code))}}"{{more}} }""");

    public static Task<WireAnswer> PublishAsync(this GatewayServer server, string body = "{}")
        => server.SendAsync("POST", $"{Functions}/f/versions", body);

    /// <summary>Publishes versions 1 to <paramref name="count"/>.</summary>
    public static async Task PublishManyAsync(this GatewayServer server, int count)
    {
        (await server.CreateFunctionAsync()).Succeeds(201);
        for (var i = 1; i <= count; i++)
        {
            (await server.ChangeCodeAsync($"code {i}")).Succeeds(200);
            Assert.Equal($"{i}", (await server.PublishAsync()).Succeeds(201).GetProperty("Version").GetString());
        }
    }

    public static Task<WireAnswer> CreateAliasAsync(this GatewayServer server, string body) => server.SendAsync("POST", $"{Functions}/f/aliases", body);

    public static string Text(this JsonElement json, string name) => json.GetProperty(name).GetString()!;

    public static string[] Texts(this JsonElement list, string name) => [.. list.EnumerateArray().Select(one => one.Text(name))];
}
