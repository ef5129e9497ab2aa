using System.Net;
using Dispatcher.Testing.Server;

namespace Dispatcher.Silo.Tests.EndToEnd;

public sealed class ServerTests
{
    private static readonly HttpClient Http = new();

    [Theory]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    public async Task Health_OfARunningServer_IsOk(string path)
    {
        await using var server = await ServerProcess.StartAsync();

        using var answer = await Http.GetAsync(new Uri(server.Url, path));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Metrics_OfARunningServer_AreInTheTextFormat()
    {
        await using var server = await ServerProcess.StartAsync();

        using var answer = await Http.GetAsync(new Uri(server.Url, "/metrics"));

        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", answer.Content.Headers.ContentType?.ToString());
        Assert.Contains("# TYPE dotnet_", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Stop_ByTerm_EndsWithZeroAndStartsAgainOnTheSameFolder()
    {
        await using var server = await ServerProcess.StartAsync();
        var url = server.Url;

        Assert.Equal(0, await server.StopAsync());
        await server.StartAgainAsync();

        Assert.Equal(url, server.Url);
    }

    [Fact]
    public async Task Start_SecondServerOnTheSameFolder_IsAClearError()
    {
        await using var server = await ServerProcess.StartAsync();

        var second = await ProgramRun.OfAsync("serve", "--data", server.Data, "--url", "http://127.0.0.1:0");

        Assert.Equal(1, second.ExitCode);
        Assert.StartsWith("dispatcher: store: ", second.Error);
        Assert.DoesNotContain("   at ", second.Error);
    }

    [Fact]
    public async Task Start_AfterKill_IsReadyAgain()
    {
        await using var server = await ServerProcess.StartAsync();

        await server.KillAsync();
        await server.StartAgainAsync();

        using var answer = await Http.GetAsync(new Uri(server.Url, "/health/ready"));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }
}
