using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json;
using Dispatcher.Cluster.Tests.Postgres;
using Dispatcher.Testing;

namespace Dispatcher.Cluster.Tests.Processes;

/// <summary>Provisioned concurrency over two silos with workers of Python.</summary>
public sealed class ProvisionedProcessTests : IDisposable
{
    private const string Interpreter = "/usr/bin/python3";
    private const int Wanted = 3;

    /// <summary>Says where and how it was started; a call says that it runs and waits until it may end.</summary>
    private const string Code = """
        import os, time

        folder = os.environ["FOLDER"]
        with open(f"{folder}/start-{os.getpid()}", "w") as start:
            start.write(os.environ["AWS_LAMBDA_RUNTIME_API"] + " " + os.environ["AWS_LAMBDA_INITIALIZATION_TYPE"])

        def handler(event, context):
            open(f"{folder}/run-{context.aws_request_id}", "w").close()
            while not os.path.exists(f"{folder}/go"):
                time.sleep(0.02)
            return "done"
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("dispatcher-provisioned-");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Provisioned_TwoSilosThenOne_AllWorkersAreThereAndNeverMoreRunThanReserved()
    {
        Assert.SkipUnless(File.Exists(Interpreter), $"{Interpreter} is missing");
        await using var postgres = await PostgresServer.StartAsync();
        await using var cluster = await ClusterProcesses.StartAsync(postgres);
        await cluster.AddSiloAsync();
        await cluster.AddSiloAsync();
        using var first = new HttpClient { BaseAddress = cluster.Silos[0].Url };
        using var second = new HttpClient { BaseAddress = cluster.Silos[1].Url };
        await CreateAsync(first);
        using (var asked = await AskAsync(first, HttpMethod.Put, "2019-09-30/functions/p/provisioned-concurrency?Qualifier=1", $$"""{"ProvisionedConcurrentExecutions":{{Wanted}}}""", HttpStatusCode.Accepted))
        {
            Assert.Equal("IN_PROGRESS", asked.RootElement.GetProperty("Status").GetString());
        }

        await ReadyAsync(second);
        Assert.Equal([1, 2], Workers().Values.Order());

        // As many calls run as there is concurrency, wherever they come; one more is refused.
        var calls = new[] { first, second, first }.Select(silo => CallAsync(silo)).ToList();
        await Eventually.TrueAsync(() => Running() == Wanted, "three calls run");
        Assert.Equal(HttpStatusCode.TooManyRequests, await CallAsync(first));
        Assert.Equal(HttpStatusCode.TooManyRequests, await CallAsync(second));
        Assert.Equal(Wanted, Running());
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "go"), "", Cancellation);
        Assert.All(await Task.WhenAll(calls), status => Assert.Equal(HttpStatusCode.OK, status));

        // The silo that is left has all of them.
        await cluster.Silos[0].KillAsync();
        await Eventually.TrueAsync(() => Workers() is { Count: 1 } left && left.Values.Single() == Wanted, "the other silo starts what is missing");
        await ReadyAsync(second);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private async Task CreateAsync(HttpClient silo)
    {
        using var archive = new MemoryStream();
        await using (var zip = new ZipArchive(archive, ZipArchiveMode.Create, leaveOpen: true))
        {
            await using var entry = await zip.CreateEntry("app.py").OpenAsync(Cancellation);
            await entry.WriteAsync(Encoding.UTF8.GetBytes(Code), Cancellation);
        }

        using var made = await AskAsync(
            silo,
            HttpMethod.Post,
            "2015-03-31/functions",
            $$"""
            {"FunctionName":"p","Runtime":"python3.11","Handler":"app.handler","Role":"arn:aws:iam::000000000000:role/r","Timeout":60,"Publish":true,
            "Code":{"ZipFile":"{{Convert.ToBase64String(archive.ToArray())}}"},"Environment":{"Variables":{"FOLDER":"{{_folder.FullName}}"} } }
            """,
            HttpStatusCode.Created);
        using var reserved = await AskAsync(
            silo, HttpMethod.Put, "2017-10-31/functions/p/concurrency", $$"""{"ReservedConcurrentExecutions":{{Wanted}}}""", HttpStatusCode.OK);
    }

    private static Task ReadyAsync(HttpClient silo) => Eventually.EqualAsync(("READY", Wanted), async () =>
    {
        using var now = await AskAsync(silo, HttpMethod.Get, "2019-09-30/functions/p/provisioned-concurrency?Qualifier=1", null, HttpStatusCode.OK);
        return (now.RootElement.GetProperty("Status").GetString()!, now.RootElement.GetProperty("AllocatedProvisionedConcurrentExecutions").GetInt32());
    });

    private static async Task<HttpStatusCode> CallAsync(HttpClient silo)
    {
        using var body = new StringContent("{}");
        using var answer = await silo.PostAsync("2015-03-31/functions/p/invocations?Qualifier=1", body, Cancellation);
        return answer.StatusCode;
    }

    /// <summary>How many provisioned workers live, by their silo: each has a port for its workers.</summary>
    private Dictionary<string, int> Workers() => _folder.GetFiles("start-*")
        .Where(file => Directory.Exists($"/proc/{file.Name["start-".Length..]}"))
        .Select(file => File.ReadAllText(file.FullName).Split(' '))
        .Where(start => start is [_, "provisioned-concurrency"])
        .GroupBy(start => start[0].Split(':')[1]).ToDictionary(silo => silo.Key, silo => silo.Count());

    private int Running() => _folder.GetFiles("run-*").Length;

    private static async Task<JsonDocument> AskAsync(HttpClient silo, HttpMethod method, string path, string? body, HttpStatusCode wanted)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : new StringContent(body) };
        using var answer = await silo.SendAsync(request, Cancellation);
        var text = await answer.Content.ReadAsStringAsync(Cancellation);
        Assert.True(answer.StatusCode == wanted, $"{answer.StatusCode}: {text}");
        return JsonDocument.Parse(text);
    }
}
