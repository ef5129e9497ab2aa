using System.Security.Cryptography;
using System.Text.Json;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Destinations;
using Dispatcher.Contracts.Errors;
using Dispatcher.Gateway.Tests.Mappings;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatcher.Gateway.Tests.Wire;

public sealed class FunctionTests : IAsyncLifetime
{
    private const string Functions = "/2015-03-31/functions";
    private const string Role = "arn:aws:iam::000000000000:role/r";
    private const string Arn = "arn:aws:lambda:us-east-1:000000000000:function:f";
    private static readonly byte[] Archive = "an archive"u8.ToArray();

    private GatewayServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await GatewayServer.StartAsync(services => services.AddSingleton<IDestinationWriter, AnyDestination>());

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Create_Zip_ShowsAllMembersWithDefaults()
    {
        var made = (await CreateAsync("f", """, "Environment": {"Variables": {"AA": "b"}}, "Tags": {"t": "v"}""")).Succeeds(201);

        Assert.Equal("f", Text(made, "FunctionName"));
        Assert.Equal(Arn, Text(made, "FunctionArn"));
        Assert.Equal(Convert.ToBase64String(SHA256.HashData(Archive)), Text(made, "CodeSha256"));
        Assert.Equal(Archive.Length, made.GetProperty("CodeSize").GetInt32());
        Assert.Equal((3, 128), (made.GetProperty("Timeout").GetInt32(), made.GetProperty("MemorySize").GetInt32()));
        Assert.Equal("""{"Variables":{"AA":"b"}}""", made.GetProperty("Environment").GetRawText());
        Assert.Equal("""{"Mode":"PassThrough"}""", made.GetProperty("TracingConfig").GetRawText());
        Assert.Equal("""{"Size":512}""", made.GetProperty("EphemeralStorage").GetRawText());
        Assert.Equal("""{"ApplyOn":"None","OptimizationStatus":"Off"}""", made.GetProperty("SnapStart").GetRawText());
        Assert.Equal("""{"LogFormat":"Text","LogGroup":"/aws/lambda/f"}""", made.GetProperty("LoggingConfig").GetRawText());
        Assert.Equal("""["x86_64"]""", made.GetProperty("Architectures").GetRawText());
        Assert.Equal(("Active", "Successful"), (Text(made, "State"), Text(made, "LastUpdateStatus")));
        Assert.Equal(("$LATEST", "Zip"), (Text(made, "Version"), Text(made, "PackageType")));
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000$", Text(made, "LastModified"));
        Assert.True(Guid.TryParse(Text(made, "RevisionId"), out _));
        Assert.StartsWith("arn:aws:lambda:us-east-1::runtime:", Text(made.GetProperty("RuntimeVersionConfig"), "RuntimeVersionArn"));
        Assert.False(made.TryGetProperty("VpcConfig", out _));
        Assert.Equal(["f"], _server.Notices.Changed);
        Assert.Equal(Archive, _server.Runtime.LastArchive);
    }

    [Fact]
    public async Task CodeSigning_AnyFunction_IsNone()
    {
        const string path = "/2020-06-30/functions/f/code-signing-config";
        (await _server.SendAsync("GET", path)).Fails(404, "ResourceNotFoundException");
        await CreateAsync("f");

        var answer = (await _server.SendAsync("GET", path)).Succeeds(200);

        Assert.Equal(("", "f"), (Text(answer, "CodeSigningConfigArn"), Text(answer, "FunctionName")));
    }

    [Fact]
    public async Task Create_KeptMembers_ComeBack()
    {
        var made = (await CreateAsync("f", """
            , "VpcConfig": {"SubnetIds": ["subnet-1"]}, "TracingConfig": {"Mode": "Active"}, "EphemeralStorage": {"Size": 1024},
            "Layers": ["arn:aws:lambda:us-east-1:000000000000:layer:l:1"], "LoggingConfig": {"LogFormat": "JSON"},
            "DeadLetterConfig": {"TargetArn": "arn:aws:sqs:us-east-1:000000000000:q"}
            """)).Succeeds(201);

        Assert.Equal("""{"SubnetIds":["subnet-1"],"SecurityGroupIds":[],"VpcId":""}""", made.GetProperty("VpcConfig").GetRawText());
        Assert.Equal("Active", Text(made.GetProperty("TracingConfig"), "Mode"));
        Assert.Equal(1024, made.GetProperty("EphemeralStorage").GetProperty("Size").GetInt32());
        Assert.Equal("arn:aws:lambda:us-east-1:000000000000:layer:l:1", Text(made.GetProperty("Layers")[0], "Arn"));
        Assert.Equal("INFO", Text(made.GetProperty("LoggingConfig"), "SystemLogLevel"));
        Assert.Equal("arn:aws:sqs:us-east-1:000000000000:q", Text(made.GetProperty("DeadLetterConfig"), "TargetArn"));
    }

    [Theory]
    [InlineData("arn:aws:sns:us-east-1:000000000000:t", "must be the ARN of an SQS queue")]
    [InlineData("arn:aws:sqs:us-east-1:000000000000:missing", "does not exist")]
    public async Task DeadLetterTarget_NobodyCanTakeThem_IsRefused(string target, string text)
    {
        var config = $$$"""{"DeadLetterConfig":{"TargetArn":"{{{target}}}"}}""";
        Assert.Contains(text, (await CreateAsync("f", $", {config[1..^1]}")).Fails(400, "InvalidParameterValueException"));
        (await CreateAsync("f", """, "DeadLetterConfig": {"TargetArn": "arn:aws:sqs:us-east-1:000000000000:q"}""")).Succeeds(201);

        Assert.Contains(text, (await _server.SendAsync("PUT", $"{Functions}/f/configuration", config)).Fails(400, "InvalidParameterValueException"));

        (await _server.SendAsync("PUT", $"{Functions}/f/configuration", """{"Timeout":9}""")).Succeeds(200);
        var without = (await _server.SendAsync("PUT", $"{Functions}/f/configuration", """{"DeadLetterConfig":{"TargetArn":""}}""")).Succeeds(200);
        Assert.False(without.TryGetProperty("DeadLetterConfig", out _));
    }

    [Fact]
    public async Task Create_Image_HasNoRuntimeAndShowsUri()
    {
        var body = $$$"""{"FunctionName":"i","Role":"{{{Role}}}","PackageType":"Image","Code":{"ImageUri":"http://127.0.0.1:1/"}}""";
        var made = (await _server.SendAsync("POST", Functions, body)).Succeeds(201);
        var shown = (await _server.SendAsync("GET", $"{Functions}/i")).Succeeds(200);

        Assert.Equal((0, "Image"), (made.GetProperty("CodeSize").GetInt32(), Text(made, "PackageType")));
        Assert.False(made.TryGetProperty("Runtime", out _));
        Assert.Equal("http://127.0.0.1:1/", Text(shown.GetProperty("Code"), "ImageUri"));
        Assert.Equal("ECR", Text(shown.GetProperty("Code"), "RepositoryType"));
    }

    [Theory]
    [InlineData("""{"ZipFile":"YQ=="}""", "", """ "Handler":"h" """, "Runtime and Handler are mandatory")]
    [InlineData("""{"ZipFile":"YQ=="}""", "", """ "Runtime":"nodejs20.x" """, "Runtime and Handler are mandatory")]
    [InlineData("{}", "", """ "Runtime":"provided.al2023","Handler":"h" """, "Please provide a source for function code.")]
    [InlineData("""{"S3Bucket":"bucket","S3Key":"k"}""", "", """ "Runtime":"provided.al2023","Handler":"h" """, "S3 is not available here")]
    [InlineData("""{"ImageUri":"http://x"}""", "", """ "Runtime":"provided.al2023","Handler":"h" """, "Please do not provide ImageUri")]
    [InlineData("""{"ImageUri":"http://x"}""", "Image", """ "Runtime":"provided.al2023" """, "not supported for functions created with container images")]
    [InlineData("""{"ZipFile":"YQ=="}""", "Image", """ "Description":"d" """, "Please do not provide ZipFile")]
    [InlineData("{}", "Image", """ "Description":"d" """, "Please provide ImageUri")]
    [InlineData("""{"ImageUri":"nowhere.example/x:1"}""", "Image", """ "Description":"d" """, "configure RemoteWorkers:Url")]
    [InlineData("""{"ZipFile":"YQ=="}""", "", """ "Runtime":"java21","Handler":"h" """, "No way to run the runtime java21")]
    [InlineData("""{"ZipFile":"YQ=="}""", "", """ "Runtime":"provided","Environment":{"Variables":{"AWS_REGION":"x"}} """, "Reserved keys used in this request: AWS_REGION")]
    public async Task Create_WrongCombination_IsInvalidParameterValue(string code, string package, string more, string text)
    {
        var type = package.Length == 0 ? "" : $"\"PackageType\":\"{package}\",";
        var body = $$"""{"FunctionName":"f","Role":"{{Role}}",{{type}}"Code":{{code}},{{more}} }""";

        var answer = await _server.SendAsync("POST", Functions, body);

        Assert.Contains(text, answer.Fails(400, "InvalidParameterValueException"));
        Assert.Equal("User", Text(answer.Json, "Type"));
        Assert.Empty(_server.Notices.Changed);
    }

    [Fact]
    public async Task Create_EnvironmentAboveFourKilobytes_IsRefused()
    {
        var value = new string('x', 4096);
        var answer = await CreateAsync("f", $$$""", "Environment": {"Variables": {"AA": "{{{value}}}"}}""");

        Assert.Contains("exceeded the 4KB limit", answer.Fails(400, "InvalidParameterValueException"));
    }

    [Fact]
    public async Task Create_BadBase64_IsSerializationException()
        => (await _server.SendAsync("POST", Functions, $$$"""{"FunctionName":"f","Role":"{{{Role}}}","Runtime":"provided","Code":{"ZipFile":"%%"}}"""))
            .Fails(400, "SerializationException");

    [Fact]
    public async Task Create_RuntimeRefuses_TellsItsReasonAndStoresNothing()
    {
        _server.Runtime.Refusal = ServiceException.Invalid("bootstrap is missing");

        Assert.Equal("bootstrap is missing", (await CreateAsync("f")).Fails(400, "InvalidParameterValueException"));
        Assert.Contains("Function not found", (await _server.SendAsync("GET", $"{Functions}/f")).Fails(404, "ResourceNotFoundException"));
    }

    [Fact]
    public async Task Create_ArchiveAtAndAboveTheLimit_IsTakenAndRefused()
    {
        var archive = new byte[Limits.ZipBytes + 1];
        var body = $$$"""{"FunctionName":"f","Role":"{{{Role}}}","Runtime":"provided","Code":{"ZipFile":"ARCHIVE"}}""";

        var refused = await _server.SendAsync("POST", Functions, body.Replace("ARCHIVE", Convert.ToBase64String(archive)));
        var taken = await _server.SendAsync("POST", Functions, body.Replace("ARCHIVE", Convert.ToBase64String(archive, 0, Limits.ZipBytes)));

        refused.Fails(413, "RequestEntityTooLargeException");
        Assert.Equal(Limits.ZipBytes, taken.Succeeds(201).GetProperty("CodeSize").GetInt32());
    }

    [Fact]
    public async Task Create_SameName_IsConflict()
    {
        (await CreateAsync("f")).Succeeds(201);

        Assert.Equal("Function already exist: f", (await CreateAsync("f")).Fails(409, "ResourceConflictException"));
    }

    [Theory]
    [InlineData("f")]
    [InlineData("f:$LATEST")]
    [InlineData("function:f")]
    [InlineData("000000000000:function:f")]
    [InlineData("000000000000:f")]
    [InlineData(Arn)]
    [InlineData("arn%3Aaws%3Alambda%3Aus-east-1%3A000000000000%3Afunction%3Af%3A%24LATEST")]
    public async Task Get_EveryFormOfName_FindsTheFunction(string name)
    {
        (await CreateAsync("f")).Succeeds(201);

        var shown = (await _server.SendAsync("GET", $"{Functions}/{name}")).Succeeds(200);

        var named = name.EndsWith("LATEST", StringComparison.Ordinal) ? $"{Arn}:$LATEST" : Arn;
        Assert.Equal(named, Text(shown.GetProperty("Configuration"), "FunctionArn"));
    }

    [Theory]
    [InlineData("f:7", 404, "ResourceNotFoundException", "Function not found: arn:aws:lambda:us-east-1:000000000000:function:f:7")]
    [InlineData("f?Qualifier=7", 404, "ResourceNotFoundException", "Function not found: arn:aws:lambda:us-east-1:000000000000:function:f:7")]
    [InlineData("f:1?Qualifier=2", 400, "InvalidParameterValueException", "The derived qualifier from the function name does not match the specified qualifier.")]
    [InlineData("arn:aws:lambda:eu-west-1:000000000000:function:f", 404, "ResourceNotFoundException", "Functions from 'eu-west-1' are not reachable in this region ('us-east-1')")]
    [InlineData("arn:aws:lambda:us-east-1:111111111111:function:f", 404, "ResourceNotFoundException", "Function not found: arn:aws:lambda:us-east-1:111111111111:function:f")]
    [InlineData("a%20b", 400, "ValidationException", "1 validation error detected: Value 'a b' at 'functionName' failed to satisfy constraint: Member must satisfy regular expression pattern: ")]
    [InlineData("a.b", 400, "ValidationException", "1 validation error detected: Value 'a.b' at 'functionName' failed to satisfy constraint: ")]
    [InlineData("arn:aws:lambda:us-east-1:000000000000:function:", 400, "ValidationException", "1 validation error detected")]
    [InlineData("f?Qualifier=!", 400, "ValidationException", "1 validation error detected: Value '!' at 'qualifier' failed")]
    public async Task Get_WrongName_IsRefused(string name, int status, string type, string text)
    {
        (await CreateAsync("f")).Succeeds(201);

        Assert.StartsWith(text, (await _server.SendAsync("GET", $"{Functions}/{name}")).Fails(status, type));
    }

    [Fact]
    public async Task Get_CodeLocation_ServesTheArchive()
    {
        (await CreateAsync("f", """, "Tags": {"t": "v"}""")).Succeeds(201);
        var shown = (await _server.SendAsync("GET", $"{Functions}/f")).Succeeds(200);

        var location = Text(shown.GetProperty("Code"), "Location");

        Assert.StartsWith(_server.Url, location);
        Assert.Equal(Archive, await _server.Client.GetByteArrayAsync(location));
        Assert.Equal("""{"t":"v"}""", shown.GetProperty("Tags").GetRawText());
        (await _server.SendAsync("GET", "/_code/../../etc/passwd")).Fails(404, "UnknownOperationException");
        (await _server.SendAsync("GET", "/_code/zz")).Fails(404, "ResourceNotFoundException");
        (await _server.SendAsync("GET", "/_code")).Fails(404, "ResourceNotFoundException");
    }

    [Fact]
    public async Task List_Pages_ShowEveryFunctionOnceInOrder()
    {
        string[] names = ["a", "a-b", "b", "c", "d"];
        foreach (var name in names)
        {
            (await CreateAsync(name)).Succeeds(201);
        }

        var (seen, marker, pages) = (new List<string>(), "", 0);
        do
        {
            var page = (await _server.SendAsync("GET", $"{Functions}/?MaxItems=2{marker}")).Succeeds(200);
            seen.AddRange(page.GetProperty("Functions").EnumerateArray().Select(one => Text(one, "FunctionName")));
            marker = page.TryGetProperty("NextMarker", out var next) ? $"&Marker={Uri.EscapeDataString(next.GetString()!)}" : "";
            pages++;
        }
        while (marker.Length > 0);

        Assert.Equal(names, seen);
        Assert.Equal(3, pages);
        var all = (await _server.SendAsync("GET", $"{Functions}?FunctionVersion=ALL")).Succeeds(200).GetProperty("Functions")[0];
        Assert.EndsWith(":a:$LATEST", Text(all, "FunctionArn"));
        Assert.False(all.TryGetProperty("State", out _));
    }

    [Theory]
    [InlineData("MaxItems=0", "ValidationException")]
    [InlineData("MaxItems=10001", "ValidationException")]
    [InlineData("MaxItems=x", "SerializationException")]
    [InlineData("MaxItems=[]", "SerializationException")]
    [InlineData("FunctionVersion=some", "ValidationException")]
    public async Task List_BadQuery_IsRefused(string query, string type)
        => (await _server.SendAsync("GET", $"{Functions}?{query}")).Fails(400, type);

    [Fact]
    public async Task Tags_OfFunction_AreAddedListedAndRemoved()
    {
        (await CreateAsync("f", """, "Tags": {"a": "1", "b": "2"}""")).Succeeds(201);
        var path = $"/2017-03-31/tags/{Uri.EscapeDataString(Arn)}";

        (await _server.SendAsync("POST", path, """{"Tags":{"b":"3","c":"4"}}""")).Succeeds(204);
        (await _server.SendAsync("DELETE", $"{path}?tagKeys=a&tagKeys=zz")).Succeeds(204);

        var tags = (await _server.SendAsync("GET", path)).Succeeds(200).GetProperty("Tags");
        Assert.Equal("""{"b":"3","c":"4"}""", tags.GetRawText());
        (await _server.SendAsync("GET", path + "%3A1")).Fails(400, "InvalidParameterValueException");
        (await _server.SendAsync("GET", path + "g")).Fails(404, "ResourceNotFoundException");
        (await _server.SendAsync("GET", "/2017-03-31/tags/f")).Fails(400, "ValidationException");
        (await _server.SendAsync("DELETE", path)).Fails(400, "ValidationException");
        var many = string.Join(',', Enumerable.Range(0, 51).Select(i => $"\"k{i}\":\"v\""));
        (await _server.SendAsync("POST", path, $"{{\"Tags\":{{{many}}}}}")).Fails(400, "InvalidParameterValueException");
    }

    [Fact]
    public async Task AccountSettings_CountFunctionsAndBytes()
    {
        (await CreateAsync("f")).Succeeds(201);

        var settings = (await _server.SendAsync("GET", "/2016-08-19/account-settings/")).Succeeds(200);

        Assert.Equal(1, settings.GetProperty("AccountUsage").GetProperty("FunctionCount").GetInt32());
        Assert.Equal(Archive.Length, settings.GetProperty("AccountUsage").GetProperty("TotalCodeSize").GetInt32());
        Assert.Equal(1000, settings.GetProperty("AccountLimit").GetProperty("ConcurrentExecutions").GetInt32());
    }

    private Task<WireAnswer> CreateAsync(string name, string more = "")
        => _server.SendAsync("POST", Functions, $$$"""
            {"FunctionName":"{{{name}}}","Role":"{{{Role}}}","Runtime":"provided.al2023","Handler":"h",
            "Code":{"ZipFile":"{{{Convert.ToBase64String(Archive)}}}"} {{{more}}} }
            """);

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;

    private static string Hash(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content));
}
