using System.Text.Json;
using Dispatcher.Contracts.Functions;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Store;
using Dispatcher.Contracts.Streams;

namespace Dispatcher.Grains.Tests.Store;

/// <summary>What an older version stored must be read with the defaults of what it did not know.</summary>
public sealed class StoredFormTests
{
    [Fact]
    public void Mapping_WithoutLaterMembers_HasTheirDefaults()
    {
        var mapping = JsonSerializer.Deserialize("""{"Uuid":"u","FunctionArn":"f"}""", ContractsJson.Default.MappingConfig)!;
        Assert.Equal(new MappingConfig { Uuid = "u", FunctionArn = "f" } with { SourceAccess = mapping.SourceAccess, FilterPatterns = mapping.FilterPatterns, Tags = mapping.Tags }, mapping);
        Assert.Equal((-1, -1, 100, true), (mapping.MaximumRetryAttempts, mapping.MaximumRecordAgeSeconds, mapping.BatchSize, mapping.Enabled));
        Assert.Empty(mapping.FilterPatterns);
    }

    [Fact]
    public void Function_WithoutLaterMembers_HasTheirDefaults()
    {
        var function = JsonSerializer.Deserialize("""{"Name":"n"}""", ContractsJson.Default.FunctionConfig)!;
        Assert.Equal((3, 128, "$LATEST", "Active"), (function.Timeout, function.MemorySize, function.Version, function.State));
        Assert.Empty(function.Tags);
    }

    [Fact]
    public void Stream_WithoutLaterMembers_HasTheirDefaults()
    {
        var stream = JsonSerializer.Deserialize(
            """{"Name":"n","Id":"i","Shards":[{"Id":"s","StartHash":"0","EndHash":"1","FirstPosition":5}]}""", ContractsJson.Default.StreamConfig)!;
        Assert.Equal((24, "ACTIVE"), (stream.RetentionHours, stream.Status));
        Assert.Empty(stream.Shards[0].Parents);
    }

    [Fact]
    public void Checkpoint_WithoutLaterMembers_HasTheirDefaults()
    {
        var checkpoint = JsonSerializer.Deserialize("""{"Next":7}""", ContractsJson.Default.Checkpoint)!;
        Assert.Equal(7, checkpoint.Next);
        Assert.Empty(checkpoint.Finished);
        Assert.Empty(checkpoint.Troubled);
    }
}
