using System.Net;
using System.Net.Sockets;
using Dispatcher.Testing.Server;

namespace Dispatcher.Silo.Tests.Cli;

public sealed class CommandLineTests
{
    [Fact]
    public async Task Help_Root_NamesEveryCommand()
    {
        var run = await ProgramRun.OfAsync("--help");

        Assert.Equal(0, run.ExitCode);
        Assert.All((string[])["serve", "demo", "--version"], command => Assert.Contains(command, run.Output));
        Assert.DoesNotContain("demo-worker", run.Output);
    }

    [Fact]
    public async Task Help_Serve_NamesEveryOption()
    {
        var run = await ProgramRun.OfAsync("serve", "--help");

        string[] options = ["--data", "--url", "--region", "--account", "--config", "--log-level", "--log-format"];
        Assert.All(options, option => Assert.Contains(option, run.Output));
    }

    [Fact]
    public async Task Version_IsANumber()
        => Assert.Matches(@"^\d+\.\d+\.\d+\s*$", (await ProgramRun.OfAsync("--version")).Output);

    [Theory]
    [InlineData("serve", "--account", "1")]
    [InlineData("serve", "--url", "nonsense")]
    [InlineData("serve", "--config", "/does/not/exist.json")]
    [InlineData("serve", "--data", "/proc/nothing")]
    public async Task Serve_WrongSetting_EndsWithOneClearText(params string[] arguments)
    {
        var run = await ProgramRun.OfAsync(arguments);

        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith("dispatcher: ", run.Error);
        Assert.DoesNotContain("   at ", run.Error);
    }

    [Fact]
    public async Task Serve_UnknownOption_EndsWithItsName()
    {
        var run = await ProgramRun.OfAsync("serve", "--prot", "1");

        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains("--prot", run.Error);
    }

    [Fact]
    public async Task Serve_BusyPort_SaysSoInOneLine()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var folder = Directory.CreateTempSubdirectory("dispatcher-test-");
        try
        {
            var run = await ProgramRun.OfAsync("serve", "--data", folder.FullName, "--log-level", "Error", "--url", $"http://{other.LocalEndpoint}");

            Assert.Equal(1, run.ExitCode);
            Assert.Matches(@"^dispatcher: cannot listen on http://127\.0\.0\.1:\d+: another process listens there\s*$", run.Error);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
