using Dispatcher.Contracts.Checkpoints;
using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Sources;
using Dispatcher.Testing;
using Dispatcher.Testing.RabbitMq;

namespace Dispatcher.Adapters.Tests.RabbitMq;

[Collection(RabbitMqCollection.Name)]
public sealed class BrokerTroubleTests(RabbitMqFixture rabbit)
{
    [Theory]
    [InlineData("classic", true)]
    [InlineData("quorum", true)]
    [InlineData("stream", true)]
    [InlineData("classic", false)]
    public async Task Read_BrokerGoneAndBack_GoesOnAndLosesNothing(string type, bool killed)
    {
        using var limit = Limit();
        var server = await rabbit.ServerAsync();
        await using var bench = await QueueBench.StartAsync(server, type);
        await bench.PutAsync(0, 200);
        await using var reader = await bench.OpenAsync(limit.Token);
        var seen = new SortedSet<int>();
        var position = 0L;
        while (seen.Count < 100)
        {
            position = await CollectAsync(reader, 100 - seen.Count, seen, limit.Token);
        }

        await reader.CommitAsync(new Checkpoint(50), limit.Token);
        if (type != "stream")
        {
            await Eventually.TrueAsync(async () => (await bench.CountAsync()).Unacknowledged <= 150, "the acknowledgement arrives");
        }

        // A new quorum queue is written to disk a little later than it is declared.
        await Eventually.TrueAsync(() => DateTimeOffset.UtcNow - bench.Since > TimeSpan.FromSeconds(2), "the queue is durable");
        await (killed ? server.KillAsync() : server.StopAsync());
        try
        {
            position = await CollectUntilGoneAsync(reader, position, seen, limit.Token);
        }
        finally
        {
            await server.StartAgainAsync();
        }

        // How long a broker takes to start does not count.
        using var rest = Limit();
        await reader.CommitAsync(new Checkpoint(position), rest.Token);
        seen.RemoveWhere(number => type != "stream" && number >= 50);
        while (seen.Count < 200)
        {
            position = await CollectPatientlyAsync(reader, seen, rest.Token);
        }

        await reader.CommitAsync(new Checkpoint(position), rest.Token);
        if (type != "stream")
        {
            await Eventually.EqualAsync((0, 0), bench.CountAsync);
        }
    }

    [Theory]
    [InlineData("classic")]
    [InlineData("stream")]
    public async Task Read_ConnectionsClosed_GoesOnWithinTheSameCall(string type)
    {
        using var limit = Limit();
        var server = await rabbit.ServerAsync();
        await using var bench = await QueueBench.StartAsync(server, type);
        await bench.PutAsync(0, 10);
        await using var reader = await bench.OpenAsync(limit.Token);
        var seen = new SortedSet<int>();
        while (seen.Count < 10)
        {
            await CollectAsync(reader, 10, seen, limit.Token);
        }

        await reader.CommitAsync(new Checkpoint(10), limit.Token);
        if (type != "stream")
        {
            await Eventually.EqualAsync((0, 0), bench.CountAsync);
        }

        var reading = reader.ReadAsync(10, limit.Token).AsTask();
        await server.ControlAsync("close_all_connections", "test");
        await bench.ConnectAsync();
        await bench.PutAsync(10, 1);

        using var page = await reading;
        Assert.Equal("m10", QueueBench.Text(page.Records[0]));
        Assert.Equal(10, page.Records[0].Position);
    }

    [Fact]
    public async Task Read_QueueDeleted_SaysSoAndGoesOnWhenItIsBack()
    {
        using var limit = Limit();
        await using var bench = await QueueBench.StartAsync(await rabbit.ServerAsync(), "classic");
        await using var reader = await bench.OpenAsync(limit.Token);
        await bench.PutAsync(0, 1);
        await DrainOneAsync(reader, limit.Token);

        var reading = reader.ReadAsync(10, limit.Token).AsTask();
        await bench.DeleteAsync();
        var error = await Assert.ThrowsAsync<SourceException>(() => reading);
        Assert.Equal(SourceErrorKind.Configuration, error.Kind);

        await bench.DeclareAsync();
        using var empty = await reader.ReadAsync(10, limit.Token);
        Assert.Equal((0, 1), (empty.Count, empty.NextPosition));
        await bench.PutAsync(1, 1);
        using var page = await reader.ReadAsync(10, limit.Token);
        Assert.Equal("m1", QueueBench.Text(page.Records[0]));
    }

    [Fact]
    public async Task Read_AfterReadsThatFailed_DoesNotWaitOnceMore()
    {
        using var limit = Limit();
        await using var bench = await QueueBench.StartAsync(await rabbit.ServerAsync(), "classic");
        bench.Time = new ManualClock(); // no wait ever ends
        await using var reader = await bench.OpenAsync(limit.Token);
        await bench.DeleteAsync();
        for (var i = 0; i < 3; i++)
        {
            await Assert.ThrowsAsync<SourceException>(async () => await reader.ReadAsync(10, limit.Token));
        }

        await bench.DeclareAsync();

        using var page = await reader.ReadAsync(10, limit.Token);
        Assert.Equal(0, page.Count);
    }

    [Fact]
    public async Task Traits_QueueAbsent_IsAConfigurationError()
    {
        await using var bench = await QueueBench.StartAsync(await rabbit.ServerAsync(), "classic");

        var error = await FailAsync(bench.Source(mapping => mapping with { Queues = ["absent"] }));

        Assert.Equal(
            (SourceErrorKind.Configuration, "queue 'absent' does not exist in virtual host '/'"), (error.Kind, error.Message));
    }

    [Fact]
    public async Task Traits_VirtualHostAbsent_IsAConfigurationError()
    {
        await using var bench = await QueueBench.StartAsync(await rabbit.ServerAsync(), "classic");

        var error = await FailAsync(bench.Source(mapping => OnHost(mapping, "absent")));

        Assert.Equal((SourceErrorKind.Configuration, "virtual host 'absent' does not exist"), (error.Kind, error.Message));
    }

    [Fact]
    public async Task Traits_WrongPassword_IsAnAuthenticationError()
    {
        await using var bench = await QueueBench.StartAsync(await rabbit.ServerAsync(), "classic");

        var error = await FailAsync(bench.Source(secret: """{"username":"dispatcher","password":"wrong"}"""));

        Assert.Equal(SourceErrorKind.Authentication, error.Kind);
        Assert.DoesNotContain("wrong", error.ToString());
    }

    [Fact]
    public async Task Traits_NoRights_IsAnAuthorizationError()
    {
        const string user = "reader";
        var server = await rabbit.ServerAsync();
        await using var bench = await QueueBench.StartAsync(server, "classic");
        await server.ControlAsync("add_user", user, "p");
        var secret = $$"""{"username":"{{user}}","password":"p"}""";

        var host = await FailAsync(bench.Source(secret: secret));
        Assert.Equal(SourceErrorKind.Authorization, host.Kind);

        await server.ControlAsync("set_permissions", user, "", "", "none");
        var queue = await FailAsync(bench.Source(secret: secret));
        Assert.Equal(SourceErrorKind.Authorization, queue.Kind);

        // The right to read is all that is needed.
        await server.ControlAsync("set_permissions", user, "", "", ".*");
        using var limit = Limit();
        Assert.True((await bench.Source(secret: secret).TraitsAsync(limit.Token)).BrokerKeepsPosition);
    }

    [Fact]
    public async Task Traits_NobodyListens_IsUnavailable()
    {
        await using var bench = await QueueBench.StartAsync(await rabbit.ServerAsync(), "classic");

        var error = await FailAsync(bench.Source(broker: new RabbitMqBrokerConfig { Url = "amqp://127.0.0.1:1" }));

        Assert.Equal(SourceErrorKind.Unavailable, error.Kind);
        Assert.Contains("127.0.0.1:1", error.Message);
    }

    [Theory]
    [InlineData("classic", true)]
    [InlineData("quorum", true)]
    [InlineData("stream", false)]
    public async Task Traits_EveryType_SaysWhoKeepsThePosition(string type, bool broker)
    {
        using var limit = Limit();
        await using var bench = await QueueBench.StartAsync(await rabbit.ServerAsync(), type);
        await bench.PutAsync(0, 1);

        var traits = await bench.Source().TraitsAsync(limit.Token);

        Assert.Equal(new SourceTraits(SourceKind.RabbitMq, Ordered: false, BrokerKeepsPosition: broker), traits);
        if (type != "stream")
        {
            await using var reader = await bench.OpenAsync(limit.Token);
            using var page = await reader.ReadAsync(1, limit.Token);
            Assert.False(page.Records[0].Flags.HasFlag(Contracts.Records.RecordFlags.Redelivered), "the look used a message");
        }
    }

    [Fact]
    public async Task ListShards_StreamWithManyPollers_HasOne()
    {
        using var limit = Limit();
        await using var bench = await QueueBench.StartAsync(await rabbit.ServerAsync(), "stream");
        var source = bench.Source(mapping => mapping with { ProvisionedPollers = new ProvisionedPollers(5, 200, null) });

        Assert.Single(await source.ListShardsAsync(limit.Token));
    }

    [Fact]
    public async Task Read_OtherVirtualHost_ReadsThere()
    {
        using var limit = Limit();
        var server = await rabbit.ServerAsync();
        await server.ControlAsync("add_vhost", "other");
        await server.ControlAsync("set_permissions", "-p", "other", RabbitMqServer.User, ".*", ".*", ".*");
        await using var bench = await QueueBench.StartAsync(server, "classic", "other");
        await bench.PutAsync(0, 1);
        await using var reader = await bench.OpenAsync(bench.Source(mapping => OnHost(mapping, "other")), limit.Token);

        using var page = await reader.ReadAsync(1, limit.Token);

        Assert.Equal("m0", QueueBench.Text(page.Records[0]));
    }

    [Fact]
    public async Task Read_OverTls_TrustsTheGivenAuthorityOnly()
    {
        using var limit = Limit();
        var server = await rabbit.ServerAsync();
        await using var bench = await QueueBench.StartAsync(server, "classic");
        await bench.PutAsync(0, 1);

        var error = await FailAsync(bench.Source(broker: new RabbitMqBrokerConfig { Url = server.TlsUrl }));
        Assert.Equal(SourceErrorKind.Authentication, error.Kind);

        var trusting = bench.Source(broker: new RabbitMqBrokerConfig { Url = server.TlsUrl, CaFile = server.CaFile });
        await using var reader = await bench.OpenAsync(trusting, limit.Token);
        using var page = await reader.ReadAsync(1, limit.Token);
        Assert.Equal("m0", QueueBench.Text(page.Records[0]));
    }

    private static MappingConfig OnHost(MappingConfig mapping, string host)
        => mapping with { SourceAccess = [.. mapping.SourceAccess, new SourceAccess("VIRTUAL_HOST", host)] };

    private static async Task<SourceException> FailAsync(ISource source)
    {
        using var limit = Limit();
        return await Assert.ThrowsAsync<SourceException>(() => source.TraitsAsync(limit.Token).AsTask());
    }

    private static async Task<long> CollectAsync(
        IShardReader reader, int maximum, SortedSet<int> seen, CancellationToken cancellation)
    {
        using var page = await reader.ReadAsync(maximum, cancellation);
        foreach (var record in page.Records)
        {
            seen.Add(int.Parse(QueueBench.Text(record)[1..]));
        }

        return page.NextPosition;
    }

    /// <summary>As the engine does: an unreachable broker is asked again.</summary>
    private static async Task<long> CollectPatientlyAsync(
        IShardReader reader, SortedSet<int> seen, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                return await CollectAsync(reader, 1_000, seen, cancellation);
            }
            catch (SourceException e) when (e.Kind == SourceErrorKind.Unavailable)
            {
                cancellation.ThrowIfCancellationRequested();
            }
        }
    }

    /// <summary>
    /// Reads until the reader says that the broker is gone. It may hand over what it had already before it notices: that is
    /// read, and after it a stream goes on.
    /// </summary>
    private static async Task<long> CollectUntilGoneAsync(
        IShardReader reader, long position, SortedSet<int> seen, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                position = await CollectAsync(reader, 1_000, seen, cancellation);
            }
            catch (SourceException e)
            {
                Assert.Equal(SourceErrorKind.Unavailable, e.Kind);
                return position;
            }
        }
    }

    private static async Task DrainOneAsync(IShardReader reader, CancellationToken cancellation)
    {
        using var page = await reader.ReadAsync(1_000, cancellation);
    }

    private static CancellationTokenSource Limit() => new(TimeSpan.FromSeconds(60));
}
