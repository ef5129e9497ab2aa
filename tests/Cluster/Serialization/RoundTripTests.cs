using System.Text.Json;
using Dispatcher.Contracts.Grains;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Store;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Orleans.Serialization;

namespace Dispatcher.Cluster.Tests.Serialization;

public sealed class RoundTripTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection()
        .AddSerializer(serializer => serializer.AddAssembly(typeof(Silo.Orleans.ClusterHosting).Assembly))
        .BuildServiceProvider();

    [Fact]
    public void Mapping_WithEverything_ComesThrough()
    {
        var mapping = new MappingConfig
        {
            Uuid = "5b0f0a2e-1d1e-4c6e-9c3f-1a2b3c4d5e6f",
            FunctionArn = "arn:aws:lambda:us-east-1:000000000000:function:f",
            Topics = ["orders"],
            SourceAccess = [new SourceAccess("BASIC_AUTH", "arn:aws:secretsmanager:us-east-1:000000000000:secret:s")],
            ProvisionedPollers = new ProvisionedPollers(1, 2, null),
            FilterPatterns = ["{\"body\":[1]}"],
            Tags = new Dictionary<string, string>(StringComparer.Ordinal) { ["a"] = "b" },
            MaximumConcurrency = 7,
            State = MappingState.Updating,
            Seeded = true,
        };

        AssertSame(mapping);
    }

    [Fact]
    public void Statuses_WithLanesInTrouble_ComeThrough()
    {
        var lane = new LaneStatus(3, "BackingOff", 4, 0) { Attempts = 2, TroubledFrom = 17, NextRetryMs = 99, LastError = "no", LastRequestId = Guid.NewGuid() };
        var shard = new ShardStatus("s", true, long.MaxValue, null, 5, [lane]) { Epoch = 8, Error = "away" };

        AssertSame(shard);
        AssertSame(new MappingStatus("id", "Enabled", [shard, shard with { Ended = true, Lanes = [] }]));
    }

    [Fact]
    public void Loan_ComesThrough() => Assert.Equal(new PermitLoan(5, 2, 3), Pass(new PermitLoan(5, 2, 3)));

    [Fact]
    public void Report_ComesThrough()
    {
        var report = new PermitReport("silo", 1L << 40, 5, 4, 3) { Changed = true, Leaves = true };
        Assert.Equal(report, Pass(report));
        Assert.Equal(report with { Changed = false }, Pass(report with { Changed = false }));
    }

    [Fact]
    public void StoreException_ComesThroughWithItsText()
    {
        var error = new StoreException("cannot be reached", new NpgsqlException("refused"));
        Assert.Equal("cannot be reached", Assert.IsType<StoreException>(Pass<Exception>(error)).Message);
        Assert.Equal("cannot be reached", Assert.IsType<StoreException>(_services.GetRequiredService<DeepCopier>().Copy<Exception>(error)).Message);
    }

    [Fact]
    public void Copy_OfWhatNeverChanges_IsTheSame()
    {
        var mapping = new MappingConfig { Uuid = "u", FunctionArn = "f" };
        Assert.Same(mapping, _services.GetRequiredService<DeepCopier>().Copy(mapping));
    }

    public void Dispose() => _services.Dispose();

    private void AssertSame<T>(T value)
        => Assert.Equal(JsonSerializer.Serialize(value), JsonSerializer.Serialize(Pass(value)));

    private T Pass<T>(T value)
    {
        var serializer = _services.GetRequiredService<Serializer>();
        return serializer.Deserialize<T>(serializer.SerializeToArray(value))!;
    }
}
