using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using Dispatcher.Testing.Aws;
using Dispatcher.Testing.Functions;
using Dispatcher.Testing.Server;

namespace Dispatcher.Silo.Tests.EndToEnd;

/// <summary>The real server with access keys, and clients written by others that sign with right and wrong ones.</summary>
public sealed class SecurityTests : IAsyncLifetime
{
    private const string Config = """
        {
          "AccessKeys": {
            "AKIDTEST": { "Value": "secret/of+the=test", "User": "alice" },
            "AKIDOTHER": { "Environment": "OTHER_SECRET", "Account": "111122223333", "User": "bob" }
          },
          "AdminToken": { "Value": "admin-token" }
        }
        """;

    private const string Secret = "secret/of+the=test";
    private const string Boto = """
        import boto3, botocore, json, sys, urllib.request
        url, secret, archive = sys.argv[1:]
        session = boto3.Session("AKIDTEST", secret, region_name="us-east-1")
        config = botocore.config.Config(retries={"max_attempts": 0})
        def client(name): return session.client(name, endpoint_url=url, config=config)
        made = client("lambda").create_function(FunctionName="boto", Runtime="python3.11", Handler="app.handler", Publish=True,
            Role="arn:aws:iam::000000000000:role/any", Code={"ZipFile": open(archive, "rb").read()})
        arn = made["FunctionArn"]
        shown = client("lambda").get_function(FunctionName=arn)
        code = urllib.request.urlopen(shown["Code"]["Location"]).read()
        link = client("lambda").generate_presigned_url("list_functions", Params={"MaxItems": 5}, ExpiresIn=60)
        listed = json.load(urllib.request.urlopen(link))["Functions"]
        client("lambda").tag_resource(Resource=arn.rsplit(":", 1)[0], Tags={"a b": "c/d:ü"})
        client("lambda").untag_resource(Resource=arn.rsplit(":", 1)[0], TagKeys=["a b", "x+y"])
        client("kinesis").create_stream(StreamName="boto", ShardCount=1)
        queue = client("sqs").create_queue(QueueName="boto")["QueueUrl"]
        client("sqs").send_message(QueueUrl=queue, MessageBody="hello & bye")
        print(json.dumps([arn, shown["Configuration"]["Version"], code == open(archive, "rb").read(), [f["FunctionName"] for f in listed],
            client("sqs").receive_message(QueueUrl=queue)["Messages"][0]["Body"]]))
        """;

    private ServerProcess _server = null!;

    private string Url => _server.Url.ToString().TrimEnd('/');

    public async ValueTask InitializeAsync()
        => _server = await ServerProcess.StartAsync(new ServerOptions
        {
            Config = Config,
            Environment = new Dictionary<string, string> { ["OTHER_SECRET"] = "other" },
        });

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Cli_RightKey_DrivesEveryApi()
    {
        AwsCli.SkipIfMissing();
        var aws = new AwsCli(Url, key: "AKIDTEST", secret: Secret);
        await CreateAsync(aws);

        var published = await aws.RunAsync("lambda", "publish-version", "--function-name", "f");
        await aws.RunAsync("lambda", "create-alias", "--function-name", "f", "--name", "live", "--function-version", "1");
        await aws.RunAsync("lambda", "wait", "published-version-active", "--function-name", "f", "--qualifier", "1");
        var shown = await aws.RunAsync("lambda", "get-function", "--function-name", published.GetProperty("FunctionArn").GetString()!);
        Assert.Equal("1", shown.GetProperty("Configuration").GetProperty("Version").GetString());
        var (meta, _) = await aws.InvokeAsync("f", """{"Records":[]}""", "--qualifier", "live");
        Assert.Equal("1", meta.GetProperty("ExecutedVersion").GetString());
        await aws.RunAsync("kinesis", "create-stream", "--stream-name", "s", "--shard-count", "1");
        await aws.RunAsync("sqs", "create-queue", "--queue-name", "q");
        await aws.RunAsync("lambda", "list-tags", "--resource", "arn:aws:lambda:us-east-1:000000000000:function:f");
    }

    [Fact]
    public async Task Cli_WrongKeys_AreToldApart()
    {
        AwsCli.SkipIfMissing();
        var unknown = new AwsCli(Url, key: "AKIDNONE");
        var wrong = new AwsCli(Url, key: "AKIDTEST", secret: "wrong");
        var region = new AwsCli(Url, "eu-west-1", "AKIDTEST", Secret);

        Assert.Contains("(UnrecognizedClientException) when calling the ListFunctions", await unknown.FailAsync("lambda", "list-functions"));
        Assert.Contains("(InvalidSignatureException) when calling the ListFunctions", await wrong.FailAsync("lambda", "list-functions"));
        Assert.Contains("(InvalidSignatureException) when calling the ListStreams", await wrong.FailAsync("kinesis", "list-streams"));
        Assert.Contains("(SignatureDoesNotMatch) when calling the ListQueues", await wrong.FailAsync("sqs", "list-queues"));
        Assert.Contains("(InvalidClientTokenId) when calling the ListQueues", await unknown.FailAsync("sqs", "list-queues"));
        Assert.Contains("Credential should be scoped to a valid region, not 'eu-west-1'", await region.FailAsync("lambda", "list-functions"));
        Assert.Contains("(MissingAuthenticationTokenException)", await wrong.FailAsync("--no-sign-request", "lambda", "list-functions"));
    }

    [Fact]
    public async Task Cli_KeyOfAnotherAccount_NeedsAPermission()
    {
        AwsCli.SkipIfMissing();
        var own = new AwsCli(Url, key: "AKIDTEST", secret: Secret);
        var other = new AwsCli(Url, key: "AKIDOTHER", secret: "other");
        await CreateAsync(own);

        Assert.Contains("(AccessDeniedException)", await other.FailAsync("lambda", "invoke", "--function-name", "f", "/dev/null"));
        await own.RunAsync(
            "lambda", "add-permission", "--function-name", "f", "--statement-id", "bob", "--action", "lambda:InvokeFunction", "--principal", "111122223333");
        await other.InvokeAsync("f", """{"Records":[]}""");
        Assert.Contains("(AccessDeniedException)", await other.FailAsync("lambda", "list-functions"));
        Assert.Contains("(AccessDeniedException)", await other.FailAsync("kinesis", "list-streams"));
        Assert.Contains("(AccessDenied)", await other.FailAsync("sqs", "list-queues"));

        await own.RunAsync("lambda", "remove-permission", "--function-name", "f", "--statement-id", "bob");
        Assert.Contains("(AccessDeniedException)", await other.FailAsync("lambda", "invoke", "--function-name", "f", "/dev/null"));
    }

    [Fact]
    public async Task Boto3_SignsAndPresigns_EveryServiceTakesIt()
    {
        var archive = await new RecordingFunction(_server.Folder).WriteAsync();

        var (right, output) = await PythonAsync(Boto, Url, Secret, archive);
        Assert.True(right == 0, output);
        Assert.Contains("""["arn:aws:lambda:us-east-1:000000000000:function:boto:1", "1", true, ["boto"], "hello & bye"]""", output);

        var (wrong, error) = await PythonAsync(Boto, Url, "wrong", archive);
        Assert.Equal(1, wrong);
        Assert.Contains("(InvalidSignatureException) when calling the CreateFunction operation", error);
    }

    [Fact]
    public async Task SdkForJavaScript_SignsOverHttp1AndHttp2_FindsEverythingAsInAws()
    {
        var function = new RecordingFunction(_server.Folder);

        var result = await SdkTests.DriveAsync(SdkTests.Clients(), "AKIDTEST", Secret, Url, await function.WriteAsync(), function.Seen);

        Assert.Equal("ACTIVE", result.GetProperty("status").GetString());
        Assert.Equal(10, result.GetProperty("read").GetArrayLength());
        Assert.Equal("ResourceNotFoundException", result.GetProperty("missing").GetString());
    }

    [Fact]
    public async Task OwnPages_WithKeys_WantTheTokenButHealthDoesNot()
    {
        using var http = new HttpClient { BaseAddress = _server.Url };
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/health/live")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/health/ready")).StatusCode);
        foreach (var path in new[] { "/metrics", "/dispatcher/mappings" })
        {
            http.DefaultRequestHeaders.Authorization = null;
            Assert.Equal(HttpStatusCode.Forbidden, (await http.GetAsync(path)).StatusCode);
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "wrong");
            Assert.Equal(HttpStatusCode.Forbidden, (await http.GetAsync(path)).StatusCode);
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "admin-token");
            Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(path)).StatusCode);
        }
    }

    [Fact]
    public async Task Status_WithoutTheToken_SaysWhatIsMissing()
    {
        var run = await ProgramRun.OfAsync("status", "--url", Url);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("Missing Authentication Token. A server with access keys wants its admin token in DISPATCHER__ADMINTOKEN__VALUE.", run.Error);
    }

    [Theory]
    [InlineData("http://0.0.0.0:0")]
    [InlineData("http://*:0")]
    public async Task Serve_OpenWithoutKeys_RefusesInOneLine(string url)
    {
        var run = await ProgramRun.OfAsync("serve", "--url", url, "--data", Path.Combine(_server.Folder, "open"));

        Assert.Equal(1, run.ExitCode);
        var line = Assert.Single(run.Error.Trim().Split('\n'));
        Assert.Contains($"Url '{url}' is open to other machines and there are no AccessKeys", line);
    }

    private async Task CreateAsync(AwsCli aws) => await aws.RunAsync(
        "lambda", "create-function", "--function-name", "f", "--runtime", "python3.11", "--handler", "app.handler", "--role",
        "arn:aws:iam::000000000000:role/any", "--zip-file", $"fileb://{await new RecordingFunction(_server.Folder).WriteAsync()}");

    private static async Task<(int Exit, string Output)> PythonAsync(string script, params string[] arguments)
    {
        const string python = "/usr/bin/python3";
        Assert.SkipUnless(File.Exists("/usr/lib/python3/dist-packages/boto3/__init__.py"), "boto3 is missing: apt-get install python3-boto3");
        var info = new ProcessStartInfo(python, ["-c", script, .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(info) ?? throw new InvalidOperationException($"{python} did not start");
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        var error = process.StandardError.ReadToEndAsync(timeout.Token);
        var output = await process.StandardOutput.ReadToEndAsync(timeout.Token);
        await process.WaitForExitAsync(timeout.Token);
        return (process.ExitCode, output + await error);
    }
}
