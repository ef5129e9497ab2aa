using System.Text.Json.Nodes;
using Dispatcher.Contracts.Mappings;

namespace Dispatcher.Gateway.Tests.Mappings;

public sealed class MappingWireTests : IAsyncLifetime
{
    private const string NoSuch = "aaaaaaaa-1111-4222-8333-444455556666";
    private MappingServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await MappingServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Create_Taken_AnswersCreatingAndStartsTheGrain()
    {
        var shown = await _server.PostAsync(202, MappingRequests.Stream, """ "FunctionName":"my-function" """);

        var uuid = (string)shown["UUID"]!;
        Assert.Equal("Creating", (string?)shown["State"]);
        Assert.Equal([uuid], _server.Grains.Reconciled);
        Assert.Equal(MappingState.Enabled, (await _server.StoredAsync(uuid))?.State);
    }

    [Fact]
    public async Task Create_NotEnabled_AnswersCreatingAndEndsDisabled()
    {
        var uuid = await _server.CreateAsync(MappingRequests.Stream, """ "Enabled":false """);

        Assert.Equal("Disabled", (string?)(await _server.GetAsync(200, $"/{uuid}"))["State"]);
    }

    [Theory]
    [InlineData("my-function", "my-function")]
    [InlineData("my-function:1", "my-function:1")]
    [InlineData("my-function:$LATEST", "my-function:$LATEST")]
    [InlineData("123456789012:function:my-function", "my-function")]
    [InlineData("arn:aws:lambda:us-west-2:123456789012:function:my-function:1", "my-function:1")]
    public async Task Create_AnyFormOfTheName_ShowsTheArn(string name, string shown)
    {
        var created = await _server.PostAsync(202, MappingRequests.Stream, $"\"FunctionName\":\"{name}\"");

        Assert.Equal($"arn:aws:lambda:us-west-2:123456789012:function:{shown}", (string?)created["FunctionArn"]);
    }

    [Theory]
    [InlineData("nobody", "us-west-2:123456789012:function:nobody")]
    [InlineData("my-function:2", "us-west-2:123456789012:function:my-function:2")]
    [InlineData("arn:aws:lambda:eu-west-1:123456789012:function:my-function", "eu-west-1:123456789012:function:my-function")]
    [InlineData("999999999999:function:my-function", "us-west-2:999999999999:function:my-function")]
    public async Task Create_FunctionThatIsNotHere_IsNotFound(string name, string tail)
    {
        var error = await _server.PostAsync(404, MappingRequests.Stream, $"\"FunctionName\":\"{name}\"");

        Assert.Equal("ResourceNotFoundException", (string?)error["error-type"]);
        Assert.Equal($"Function not found: arn:aws:lambda:{tail}", Message(error));
    }

    [Fact]
    public async Task Create_StreamThatIsMissing_IsTheAnswerOfItsSource()
    {
        var error = await _server.PostAsync(
            404,
            """ "EventSourceArn":"arn:aws:kinesis:us-west-2:123456789012:stream/missing","StartingPosition":"LATEST","FunctionName":"my-function" """);

        Assert.StartsWith("Stream not found: arn:aws:kinesis", Message(error));
        Assert.Empty((await _server.GetAsync(200, ""))["EventSourceMappings"]!.AsArray());
    }

    [Theory]
    [InlineData("arn:aws:kinesis:eu-west-1:123456789012:stream/s")]
    [InlineData("arn:aws:kinesis:us-west-2:999999999999:stream/s")]
    public async Task Create_StreamOfElsewhere_IsRefused(string arn)
    {
        var error = await _server.PostAsync(
            400, $""" "EventSourceArn":"{arn}","StartingPosition":"LATEST","FunctionName":"my-function" """);

        Assert.Contains("is not in the region us-west-2 and the account 123456789012", Message(error));
    }

    [Fact]
    public async Task Create_KindWithoutFactory_IsRefusedPlainly()
        => Assert.Contains(
            "cannot read the event source",
            Message(await _server.PostAsync(400, MappingRequests.Queue, """ "FunctionName":"my-function" """)));

    [Theory]
    [InlineData(MappingRequests.Stream, "The event source arn (\" arn:aws:kinesis:us-west-2:123456789012:stream/my-stream \") and function (\" my-function \") provided mapping already exists. Please update or delete the existing mapping with UUID ")]
    [InlineData(MappingRequests.Kafka, "The event source arn (\" b1:9092,b2:9092 \") and function (\" my-function \") provided mapping already exists. Please update or delete the existing mapping with UUID ")]
    public async Task Create_SecondOfASource_IsAConflictThatNamesTheFirst(string source, string text)
    {
        var uuid = await _server.CreateAsync(source);

        var error = await _server.PostAsync(409, source, """ "FunctionName":"my-function:$LATEST" """);

        Assert.Equal("ResourceConflictException", (string?)error["error-type"]);
        Assert.Equal(text + uuid, Message(error));
    }

    [Fact]
    public async Task Create_SameSourceForAnotherFunction_IsTaken()
    {
        await _server.CreateAsync(MappingRequests.Stream);
        await _server.CreateAsync(MappingRequests.Stream, function: "my-function:1");
        await _server.CreateAsync(MappingRequests.Stream, function: "other-function");
    }

    [Fact]
    public async Task Create_ManyAtOnce_OnlyOneIsTaken()
    {
        var all = await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ =>
        {
            try
            {
                return await _server.CreateAsync(MappingRequests.Stream);
            }
            catch (Xunit.Sdk.TrueException)
            {
                return null;
            }
        }));

        Assert.Single(all, one => one is not null);
        Assert.Single((await _server.GetAsync(200, ""))["EventSourceMappings"]!.AsArray());
    }

    [Fact]
    public async Task Create_AfterTheFirstWasDeleted_IsTaken()
    {
        var first = await _server.CreateAsync(MappingRequests.Stream);
        await _server.DeleteAsync(202, first);

        Assert.NotEqual(first, await _server.CreateAsync(MappingRequests.Stream));
    }

    [Fact]
    public async Task Create_GroupOfAnotherMappingOfTheTopic_IsAConflict()
    {
        const string group = """ "SelfManagedKafkaEventSourceConfig":{"ConsumerGroupId":"billing"} """;
        var first = await _server.CreateAsync(MappingRequests.Kafka, group);

        var error = await _server.PostAsync(409, MappingRequests.Kafka, group, """ "FunctionName":"other-function" """);

        Assert.Equal($"The consumer group id billing is already used for this topic by the event source mapping with UUID {first}.", Message(error));
    }

    [Fact]
    public async Task Get_Unknown_IsNotFoundInAwsWords()
    {
        var error = await _server.GetAsync(404, $"/{NoSuch}");

        Assert.Equal("ResourceNotFoundException", (string?)error["error-type"]);
        Assert.Equal("The resource you requested does not exist.", Message(error));
        Assert.Equal("User", (string?)error["Type"]);
    }

    [Fact]
    public async Task Update_Change_AnswersUpdatingAndStartsTheGrain()
    {
        var uuid = await _server.CreateAsync(MappingRequests.Stream);

        var shown = await _server.PutAsync(202, uuid, """ "BatchSize":7,"ParallelizationFactor":20 """);

        Assert.Equal(("Updating", 7), ((string?)shown["State"], (int?)shown["BatchSize"]));
        Assert.Equal([uuid, uuid], _server.Grains.Reconciled);
        Assert.Equal(20, (int?)(await _server.GetAsync(200, $"/{uuid}"))["ParallelizationFactor"]);
    }

    [Fact]
    public async Task Update_FunctionOfAnotherMapping_IsAConflictAndChangesNothing()
    {
        var uuid = await _server.CreateAsync(MappingRequests.Stream);
        var other = await _server.CreateAsync(MappingRequests.Stream, function: "other-function");

        var error = await _server.PutAsync(409, uuid, """ "FunctionName":"other-function" """);

        Assert.EndsWith(other, Message(error));
        Assert.Equal(MappingRequests.Function, (await _server.StoredAsync(uuid))?.FunctionArn);
    }

    [Fact]
    public async Task Update_OtherFunction_FreesTheFirst()
    {
        var uuid = await _server.CreateAsync(MappingRequests.Stream);

        await _server.PutAsync(202, uuid, """ "FunctionName":"other-function" """);

        await _server.CreateAsync(MappingRequests.Stream);
        Assert.Contains(uuid, Message(await _server.PostAsync(409, MappingRequests.Stream, """ "FunctionName":"other-function" """)));
    }

    [Fact]
    public async Task Update_WhileCreating_IsInUse()
    {
        _server.Grains.Held = true;
        var uuid = await _server.CreateAsync(MappingRequests.Stream);

        var error = await _server.PutAsync(400, uuid, """ "BatchSize":7 """);

        Assert.Equal("ResourceInUseException", (string?)error["error-type"]);
        Assert.Equal("Cannot update the event source mapping because it is in use.", Message(error));
    }

    [Fact]
    public async Task Update_StreamIsGone_CanStillBeSwitchedOff()
    {
        var uuid = await _server.CreateAsync(MappingRequests.Stream);
        await _server.Catalog.Mappings.UpdateAsync(
            uuid, one => one with { EventSourceArn = "arn:aws:kinesis:us-west-2:123456789012:stream/missing" }, CancellationToken.None);

        Assert.Equal("Disabling", (string?)(await _server.PutAsync(202, uuid, """ "Enabled":false """))["State"]);
    }

    [Fact]
    public async Task Delete_Mapping_AnswersDeletingAndIsGone()
    {
        var uuid = await _server.CreateAsync(MappingRequests.Stream);

        Assert.Equal("Deleting", (string?)(await _server.DeleteAsync(202, uuid))["State"]);
        await _server.GetAsync(404, $"/{uuid}");
    }

    [Fact]
    public async Task Delete_WhileDeleting_IsInUse()
    {
        _server.Grains.Held = true;
        var uuid = await _server.CreateAsync(MappingRequests.Stream);
        await _server.Catalog.Mappings.UpdateAsync(uuid, one => one with { State = MappingState.Deleting }, CancellationToken.None);

        var error = await _server.DeleteAsync(400, uuid);

        Assert.Equal("ResourceInUseException", (string?)error["error-type"]);
        Assert.Equal("Cannot delete the event source mapping because it is in use.", Message(error));
    }

    /// <summary>Its source may never answer.</summary>
    [Fact]
    public async Task SwitchOffAndDelete_WhileMoving_AreTaken()
    {
        _server.Grains.Held = true;
        var uuid = await _server.CreateAsync(MappingRequests.Stream);
        Assert.Equal("Disabling", (string?)(await _server.PutAsync(202, uuid, """ "Enabled":false """))["State"]);
        Assert.Equal("Updating", (string?)(await _server.PutAsync(202, uuid, """ "Enabled":false """))["State"]);

        await _server.DeleteAsync(202, uuid);
    }

    [Fact]
    public async Task Delete_WhileCreating_IsTaken()
    {
        _server.Grains.Held = true;
        var uuid = await _server.CreateAsync(MappingRequests.Stream);

        await _server.DeleteAsync(202, uuid);

        Assert.Equal(MappingState.Deleting, (await _server.StoredAsync(uuid))?.State);
    }

    [Theory]
    [InlineData(""" "BatchSize":0 """, "1 validation error detected: Value '0' at 'batchSize' failed to satisfy constraint: Member must have value greater than or equal to 1")]
    [InlineData(""" "ParallelizationFactor":101 """, "1 validation error detected: Value '101' at 'parallelizationFactor' failed to satisfy constraint: Member must have value less than or equal to 100")]
    public async Task Create_OutOfTheModelsRange_IsAValidationError(string members, string text)
    {
        var error = await _server.PostAsync(400, MappingRequests.Stream, members, """ "FunctionName":"my-function" """);

        Assert.Equal("ValidationException", (string?)error["error-type"]);
        Assert.Equal(text, Message(error));
    }

    private static string? Message(JsonObject error) => (string?)error["message"] ?? (string?)error["Message"];
}
