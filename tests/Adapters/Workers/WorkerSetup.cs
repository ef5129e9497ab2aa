using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Dispatcher.Adapters.Workers;
using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Functions;
using Dispatcher.Contracts.Invocations;
using Dispatcher.Contracts.Names;
using Dispatcher.Testing.Memory;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Adapters.Tests.Workers;

/// <summary>A worker runtime over a store in memory, with functions made of files in text.</summary>
internal sealed class WorkerSetup : IAsyncDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("dispatcher-workers-").FullName;
    private readonly MemoryStore _store = new();
    private readonly ILoggerFactory _logs;

    public WorkerSetup(TimeProvider? clock = null, Action<WorkersConfig>? change = null)
    {
        var config = new DispatcherConfig { Data = _data, Region = "eu-west-3" };
        change?.Invoke(config.Workers);
        _logs = LoggerFactory.Create(logging => logging.AddProvider(Log).SetMinimumLevel(LogLevel.Debug));
        Runtime = new WorkerRuntime(config, _store, clock ?? TimeProvider.System, _logs);
    }

    public WorkerRuntime Runtime { get; }

    public LogLines Log { get; } = new();

    public string Data => _data;

    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static FunctionConfig Config(string runtime, string handler = "index.handler", int timeout = 10) => new()
    {
        Name = "tested",
        Runtime = runtime,
        Handler = handler,
        Timeout = timeout,
        MemorySize = 512,
        RevisionId = Guid.NewGuid().ToString(),
    };

    public static byte[] Zip(params (string Name, string Text)[] files)
    {
        var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, text) in files)
            {
                var entry = zip.CreateEntry(name);
                entry.ExternalAttributes = Convert.ToInt32("100755", 8) << 16;
                using var content = entry.Open();
                content.Write(Encoding.UTF8.GetBytes(text));
            }
        }

        return bytes.ToArray();
    }

    /// <summary>A Node.js function from the text of index.js.</summary>
    public Task<FunctionPlan> NodeAsync(string code, int timeout = 10)
        => PlanAsync(Config("nodejs20.x", timeout: timeout), Zip(("index.js", code)));

    /// <summary>A Python function from the text of index.py.</summary>
    public Task<FunctionPlan> PythonAsync(string code, int timeout = 10)
        => PlanAsync(Config("python3.11", timeout: timeout), Zip(("index.py", code)));

    /// <summary>A provided.al2023 function whose bootstrap is a Python script with the helper <c>call</c>.</summary>
    public Task<FunctionPlan> BootstrapAsync(string code, int timeout = 10)
        => PlanAsync(Config("provided.al2023", timeout: timeout), Zip(("bootstrap", BootstrapHead + code)));

    public async Task<FunctionPlan> PlanAsync(FunctionConfig config, byte[] archive)
    {
        await Runtime.ValidateAsync(config, archive, Cancel);
        return await StoreAsync(config, archive);
    }

    public async Task<FunctionPlan> StoreAsync(FunctionConfig config, byte[] archive)
    {
        await _store.Blobs.PutAsync(archive, Cancel);
        config = config with { CodeSha256 = Convert.ToBase64String(SHA256.HashData(archive)), CodeSize = archive.Length };
        return new FunctionPlan(config, $"arn:aws:lambda:eu-west-3:000000000000:function:{config.Name}");
    }

    public Task<InvocationOutcome> InvokeAsync(FunctionPlan plan, string payload = "{}", bool tail = false)
        => InvokeAsync(plan, Request(plan, payload) with { LogTail = tail });

    public Task<InvocationOutcome> InvokeAsync(FunctionPlan plan, InvocationRequest request)
        => Runtime.InvokeAsync(plan, request, Cancel).AsTask();

    public static InvocationRequest Request(FunctionPlan plan, string payload)
        => new(new FunctionRef(plan.Config.Name), Guid.NewGuid(), Encoding.UTF8.GetBytes(payload));

    public static string Text(InvocationOutcome outcome) => outcome switch
    {
        InvocationOutcome.Succeeded succeeded => Encoding.UTF8.GetString(succeeded.Payload.Span),
        _ => throw new Xunit.Sdk.XunitException($"not a success: {Describe(outcome)}"),
    };

    public static InvocationOutcome.FunctionError Error(InvocationOutcome outcome) => outcome as InvocationOutcome.FunctionError
        ?? throw new Xunit.Sdk.XunitException($"not a function error: {Describe(outcome)}");

    public static string Tail(InvocationOutcome outcome) => Encoding.UTF8.GetString(outcome.LogTail.Span);

    private static string Describe(InvocationOutcome outcome) => outcome switch
    {
        InvocationOutcome.FunctionError error => Encoding.UTF8.GetString(error.Payload.Span),
        InvocationOutcome.Succeeded succeeded => Encoding.UTF8.GetString(succeeded.Payload.Span),
        _ => outcome.ToString(),
    };

    public async ValueTask DisposeAsync()
    {
        await Runtime.DisposeAsync();
        _logs.Dispose();
        Directory.Delete(_data, recursive: true);
    }

    private const string BootstrapHead = """
        #!/usr/bin/env python3
        import http.client, json, os, sys, time
        api = os.environ["AWS_LAMBDA_RUNTIME_API"]
        base = "/2018-06-01/runtime/"
        connection = http.client.HTTPConnection(api)
        def call(method, path, body=None, headers={}):
            connection.request(method, base + path, body, headers)
            answer = connection.getresponse()
            return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()
        def next():
            status, headers, body = call("GET", "invocation/next")
            assert status == 200, (status, body)
            return headers["lambda-runtime-aws-request-id"], headers, body
        def respond(id, value):
            return call("POST", f"invocation/{id}/response", value if isinstance(value, (bytes, str)) else json.dumps(value))

        """;
}
