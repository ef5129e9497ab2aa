using System.IO.Compression;
using System.Text;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Invocations;
using static Dispatcher.Adapters.Tests.Workers.WorkerSetup;

namespace Dispatcher.Adapters.Tests.Workers;

/// <summary>Functions that are refused at creation, and archives that are refused again when they are unpacked.</summary>
public sealed class WorkerValidationTests : IAsyncDisposable
{
    private const string Shell = "#!/bin/sh\n";

    private readonly WorkerSetup _setup = new();

    public ValueTask DisposeAsync() => _setup.DisposeAsync();

    [Theory]
    [InlineData("java21", "Runtime java21 is not run here. These are: provided")]
    [InlineData("dotnet8", "Runtime dotnet8 is not run here")]
    [InlineData("python2.7", "Runtime python2.7 is not run here")]
    public async Task Validate_RuntimeOfOthers_NamesWhatRunsHere(string runtime, string text)
        => Assert.Contains(text, await RefusedAsync(Config(runtime).Runtime!, Zip(("index.js", ""))));

    [Fact]
    public async Task Validate_InterpreterMissing_NamesIt()
    {
        await using var setup = new WorkerSetup(change: workers => workers.Node = "node-that-is-not-there");
        var error = await Assert.ThrowsAsync<ServiceException>(
            async () => await setup.Runtime.ValidateAsync(Config("nodejs20.x"), Zip(("index.js", "")), Cancel));
        Assert.Contains("'node-that-is-not-there'", error.Message);
    }

    [Fact]
    public async Task Validate_ReservedVariable_IsRefusedByName()
    {
        var config = Config("nodejs20.x") with { Environment = new Dictionary<string, string> { ["_HANDLER"] = "", ["AWS_REGION"] = "" } };
        var error = await Assert.ThrowsAsync<ServiceException>(
            async () => await _setup.Runtime.ValidateAsync(config, Zip(("index.js", "")), Cancel));
        Assert.EndsWith("Reserved keys used in this request: AWS_REGION, _HANDLER", error.Message);
    }

    [Fact]
    public async Task Validate_NoZip_IsRefused()
        => Assert.Contains("Could not unzip", await RefusedAsync("nodejs20.x", "not a zip at all, but long enough"u8.ToArray()));

    [Fact]
    public async Task Validate_EmptyZip_IsRefused() => Assert.Contains("non-empty zip", await RefusedAsync("nodejs20.x", Zip()));

    [Fact]
    public async Task Validate_NoBootstrap_IsRefused()
        => Assert.Contains("'bootstrap' at its root", await RefusedAsync("provided.al2023", Zip(("bin/bootstrap", Shell))));

    [Fact]
    public async Task Validate_BootstrapNotExecutable_IsRefused()
        => Assert.Contains("not executable", await RefusedAsync("provided.al2023", Raw(("bootstrap", Shell, "100644"))));

    [Theory]
    [InlineData("../evil")]
    [InlineData("a/../../evil")]
    [InlineData("/etc/evil")]
    public async Task Unpack_PathOutside_IsRefused(string name)
        => await RefusedTwiceAsync(Raw(("bootstrap", Shell, "100755"), (name, "x", "100644")), "unsafe path");

    [Theory]
    [InlineData("link", "/etc/passwd")]
    [InlineData("link", "../outside")]
    [InlineData("a/link", "../../outside")]
    [InlineData("link", "a/../../outside")]
    public async Task Unpack_LinkOutside_IsRefused(string name, string target)
        => await RefusedTwiceAsync(Raw(("bootstrap", Shell, "100755"), (name, target, "120777")), "may leave its folder");

    [Fact]
    public async Task Unpack_LinkThroughALink_IsRefused() => await RefusedTwiceAsync(
        Raw(("bootstrap", Shell, "100755"), ("a/b/up", "../..", "120777"), ("out", "a/b/up/x", "120777")), "may leave its folder");

    [Fact]
    public async Task Unpack_FileThroughALink_IsRefused() => await RefusedTwiceAsync(
        Raw(("bootstrap", Shell, "100755"), ("a", "b", "120777"), ("a/file", "x", "100644")), "below a file or link");

    [Fact]
    public async Task Unpack_SameFileTwice_IsRefused()
        => await RefusedTwiceAsync(Raw(("bootstrap", Shell, "100755"), ("a", "b", "120777"), ("./a", "x", "100644")), "twice");

    [Fact]
    public async Task Unpack_DeviceFile_IsRefused()
        => await RefusedTwiceAsync(Raw(("bootstrap", Shell, "100755"), ("pipe", "", "010644")), "no file, folder or link");

    [Fact]
    public async Task Unpack_TooLarge_IsRefused()
        => await RefusedTwiceAsync(Bomb(lie: false), "Unzipped size must be smaller than");

    [Fact]
    public async Task Unpack_LargerThanItSays_WritesNoMoreThanItSays()
    {
        var plan = await _setup.StoreAsync(Config("provided.al2023"), Bomb(lie: true));
        Assert.IsNotType<InvocationOutcome.Succeeded>(await _setup.InvokeAsync(plan));
        var files = new DirectoryInfo(Path.Combine(_setup.Data, "cache", "code")).EnumerateFiles("*", SearchOption.AllDirectories);
        Assert.InRange(files.Sum(file => file.Length), 0, 1024);
    }

    [Fact]
    public async Task Unpack_ModesAndLinks_AreKept()
    {
        var plan = await _setup.PlanAsync(Config("provided.al2023"), Raw(
            ("bootstrap", "bin/run", "120777"),
            ("bin/run", """
                #!/usr/bin/env python3
                import http.client, json, os
                c = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
                c.request("GET", "/2018-06-01/runtime/invocation/next"); r = c.getresponse(); r.read()
                body = [oct(os.stat("data").st_mode), os.readlink("bootstrap"), os.listdir("empty")]
                c.request("POST", f"/2018-06-01/runtime/invocation/{r.headers['lambda-runtime-aws-request-id']}/response", json.dumps(body))
                c.getresponse().read()
                """, "100755"),
            ("data", "x", "100640"),
            ("empty/", "", "040755")));
        Assert.Equal("""["0o100640", "bin/run", []]""", Text(await _setup.InvokeAsync(plan)));
    }

    [Fact]
    public async Task Invoke_CodeNotInStore_IsFailure()
    {
        var plan = await _setup.NodeAsync("");
        var missing = plan with { Config = plan.Config with { CodeSha256 = Convert.ToBase64String(new byte[32]) } };
        var failed = Assert.IsType<InvocationOutcome.Failed>(await _setup.InvokeAsync(missing));
        Assert.Contains("is not in the store", failed.Error.Message);
    }

    /// <summary>An archive with raw names and unix modes (octal).</summary>
    private static byte[] Raw(params (string Name, string Text, string Mode)[] entries)
    {
        var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, text, mode) in entries)
            {
                var entry = zip.CreateEntry(name);
                entry.ExternalAttributes = Convert.ToInt32(mode, 8) << 16;
                using var content = entry.Open();
                content.Write(Encoding.UTF8.GetBytes(text));
            }
        }

        return bytes.ToArray();
    }

    /// <summary>An archive that unpacks to more than the limit and, as a lie, says in its directory that it does not.</summary>
    private static byte[] Bomb(bool lie)
    {
        var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            zip.CreateEntry("bootstrap").ExternalAttributes = Convert.ToInt32("100755", 8) << 16;
            using var content = zip.CreateEntry("bomb", CompressionLevel.Fastest).Open();
            var zeros = new byte[1024 * 1024];
            for (var i = 0; i <= Limits.UnzippedBytes / zeros.Length; i++)
            {
                content.Write(zeros);
            }
        }

        var archive = bytes.ToArray();
        if (lie)
        {
            var directory = archive.AsSpan().LastIndexOf("PK\u0001\u0002"u8);
            BitConverter.GetBytes(10).CopyTo(archive, directory + 24); // the size it unpacks to
        }

        return archive;
    }

    private async Task<string> RefusedAsync(string runtime, byte[] archive)
    {
        var error = await Assert.ThrowsAsync<ServiceException>(
            async () => await _setup.Runtime.ValidateAsync(Config(runtime), archive, Cancel));
        Assert.Equal(ServiceErrorKind.InvalidParameterValue, error.Kind);
        return error.Message;
    }

    /// <summary>At creation, and again at unpacking, as if the check at creation had not been.</summary>
    private async Task RefusedTwiceAsync(byte[] archive, string text)
    {
        Assert.Contains(text, await RefusedAsync("provided.al2023", archive));
        var plan = await _setup.StoreAsync(Config("provided.al2023"), archive);
        var failed = Assert.IsType<InvocationOutcome.Failed>(await _setup.InvokeAsync(plan));
        Assert.Contains(text, failed.Error.Message);
        Assert.Equal(ServiceErrorKind.InvalidZip, failed.Error.Kind);
        Assert.False(File.Exists(Path.Combine(_setup.Data, "cache", "evil")));
    }
}
