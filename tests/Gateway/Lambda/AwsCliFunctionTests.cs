using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Dispatcher.Contracts.Invocations;
using Dispatcher.Gateway.Tests.Wire;
using Dispatcher.Testing.Aws;

namespace Dispatcher.Gateway.Tests.Lambda;

/// <summary>Every operation on functions, driven by the AWS CLI as a user would.</summary>
public sealed class AwsCliFunctionTests : IAsyncLifetime
{
    private const string Role = "arn:aws:iam::000000000000:role/r";
    private const string Arn = "arn:aws:lambda:us-east-1:000000000000:function:hello";

    private readonly string _folder = Directory.CreateTempSubdirectory("dispatcher-cli-").FullName;
    private GatewayServer _server = null!;
    private AwsCli _aws = null!;

    public async ValueTask InitializeAsync()
    {
        AwsCli.SkipIfMissing();
        _server = await GatewayServer.StartAsync();
        _aws = new AwsCli(_server.Url);
    }

    public async ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        await (_server?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    [Fact]
    public async Task Cli_LifeOfAFunction_WorksFromCreateToDelete()
    {
        var made = await _aws.RunAsync(
            "lambda", "create-function", "--function-name", "hello", "--runtime", "provided.al2023", "--handler", "bootstrap",
            "--role", Role, "--zip-file", $"fileb://{Zip("one")}", "--timeout", "10", "--memory-size", "256",
            "--environment", "Variables={NAME=world}", "--tags", "team=a,stage=b", "--description", "says hello");
        Assert.Equal((Arn, "Active"), (Text(made, "FunctionArn"), Text(made, "State")));

        await _aws.RunAsync("lambda", "wait", "function-active-v2", "--function-name", "hello");
        await _aws.RunAsync("lambda", "wait", "function-updated-v2", "--function-name", "hello");

        var shown = await _aws.RunAsync("lambda", "get-function", "--function-name", Arn);
        var archive = await _server.Client.GetByteArrayAsync(Text(shown.GetProperty("Code"), "Location"));
        Assert.Equal(Text(made, "CodeSha256"), Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData(archive)));
        Assert.Equal("a", Text(shown.GetProperty("Tags"), "team"));

        var updated = await _aws.RunAsync(
            "lambda", "update-function-code", "--function-name", "hello", "--zip-file", $"fileb://{Zip("two")}",
            "--revision-id", Text(made, "RevisionId"));
        Assert.NotEqual(Text(made, "CodeSha256"), Text(updated, "CodeSha256"));

        await _aws.RunAsync(
            "lambda", "update-function-configuration", "--function-name", "hello", "--timeout", "20",
            "--environment", "Variables={NAME=moon}");
        var settings = await _aws.RunAsync(
            "lambda", "get-function-configuration", "--function-name", "hello", "--qualifier", "$LATEST");
        Assert.Equal((20, 256), (settings.GetProperty("Timeout").GetInt32(), settings.GetProperty("MemorySize").GetInt32()));
        Assert.Equal("moon", Text(settings.GetProperty("Environment").GetProperty("Variables"), "NAME"));

        await _aws.RunAsync("lambda", "delete-function", "--function-name", "hello");
        Assert.Contains(
            $"An error occurred (ResourceNotFoundException) when calling the GetFunction operation: Function not found: {Arn}",
            await _aws.FailAsync("lambda", "get-function", "--function-name", "hello"));
    }

    [Fact]
    public async Task Cli_Invoke_ShowsAnswerErrorLogAndDryRun()
    {
        _server.Invoker.Script = request => new InvocationOutcome.Succeeded(request.Payload.ToArray())
        {
            LogTail = "START"u8.ToArray(),
        };
        var (meta, payload) = await _aws.InvokeAsync("hello", """{"greet": "wörld"}""", "--log-type", "Tail", "--client-context", "e30=");
        Assert.Equal((200, """{"greet": "wörld"}"""), (meta.GetProperty("StatusCode").GetInt32(), payload));
        Assert.Equal("START", Encoding.UTF8.GetString(meta.GetProperty("LogResult").GetBytesFromBase64()));
        Assert.Equal("$LATEST", Text(meta, "ExecutedVersion"));

        _server.Invoker.Script = _ => new InvocationOutcome.FunctionError("Unhandled", """{"errorType":"E"}"""u8.ToArray(), "E");
        (meta, payload) = await _aws.InvokeAsync("hello", "{}");
        Assert.Equal(("Unhandled", """{"errorType":"E"}"""), (Text(meta, "FunctionError"), payload));

        (meta, _) = await _aws.InvokeAsync("hello", "{}", "--invocation-type", "DryRun");
        Assert.Equal(204, meta.GetProperty("StatusCode").GetInt32());

        _server.Invoker.Script = _ => new InvocationOutcome.Throttled("ConcurrentInvocationLimitExceeded", TimeSpan.FromSeconds(1));
        Assert.Contains(
            "(TooManyRequestsException) when calling the Invoke operation (reached max retries: 1): Rate Exceeded.",
            await _aws.FailAsync("lambda", "invoke", "--function-name", "hello", Path.Combine(_folder, "out")));
        Assert.Contains(
            "(NotImplementedException) when calling the Invoke operation",
            await _aws.FailAsync("lambda", "invoke", "--function-name", "hello", "--invocation-type", "Event", Path.Combine(_folder, "out")));
    }

    [Fact]
    public async Task Cli_ListTagsAndSettings_ShowWhatIsThere()
    {
        foreach (var name in new[] { "one", "two", "three" })
        {
            await _aws.RunAsync(
                "lambda", "create-function", "--function-name", name, "--package-type", "Image", "--role", Role,
                "--code", "ImageUri=http://127.0.0.1:1/");
        }

        var listed = await _aws.RunAsync("lambda", "list-functions", "--page-size", "1");
        Assert.Equal(["one", "three", "two"], listed.GetProperty("Functions").EnumerateArray().Select(one => Text(one, "FunctionName")));
        var page = await _aws.RunAsync("lambda", "list-functions", "--max-items", "2");
        Assert.Equal(2, page.GetProperty("Functions").GetArrayLength());
        Assert.True(page.TryGetProperty("NextToken", out _));

        var arn = Arn.Replace("hello", "one");
        await _aws.RunAsync("lambda", "tag-resource", "--resource", arn, "--tags", "k=v,l=w");
        await _aws.RunAsync("lambda", "untag-resource", "--resource", arn, "--tag-keys", "k");
        var tags = await _aws.RunAsync("lambda", "list-tags", "--resource", arn);
        Assert.Equal("w", Text(tags.GetProperty("Tags"), "l"));
        Assert.False(tags.GetProperty("Tags").TryGetProperty("k", out _));

        var settings = await _aws.RunAsync("lambda", "get-account-settings");
        Assert.Equal(3, settings.GetProperty("AccountUsage").GetProperty("FunctionCount").GetInt32());
    }

    [Fact]
    public async Task Cli_BadCalls_ShowAwsErrors()
    {
        Assert.Contains(
            "(InvalidParameterValueException) when calling the CreateFunction operation: S3 is not available here",
            await _aws.FailAsync(
                "lambda", "create-function", "--function-name", "f", "--runtime", "provided", "--handler", "h", "--role", Role,
                "--code", "S3Bucket=bucket,S3Key=k"));
        Assert.Contains(
            "(ValidationException) when calling the CreateFunction operation: 1 validation error detected: Value 'nobody' at 'role'",
            await _aws.FailAsync(
                "lambda", "create-function", "--function-name", "f", "--runtime", "provided", "--handler", "h", "--role", "nobody",
                "--zip-file", $"fileb://{Zip("x")}"));
        Assert.Contains(
            "(NotImplementedException) when calling the ListLayers operation", await _aws.FailAsync("lambda", "list-layers"));
    }

    private string Zip(string content)
    {
        var path = Path.Combine(_folder, $"{content}.zip");
        using var zip = ZipFile.Open(path, ZipArchiveMode.Create);
        using var entry = zip.CreateEntry("bootstrap").Open();
        entry.Write(Encoding.UTF8.GetBytes($"#!/bin/sh\n# {content}\n"));
        return path;
    }

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;
}
