using System.Text;
using Dispatcher.Adapters.RabbitMq;
using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Records;
using Dispatcher.Contracts.Sources;
using Dispatcher.Testing.RabbitMq;
using Microsoft.Extensions.Logging.Abstractions;
using RabbitMQ.Client;

namespace Dispatcher.Adapters.Tests.RabbitMq;

/// <summary>One new queue on the test's broker, a publisher to it and a source that reads it.</summary>
internal sealed class QueueBench : IAsyncDisposable
{
    public const string Secret = "arn:aws:secretsmanager:us-east-1:000000000000:secret:rabbit";
    private const string Broker = "test";

    private readonly RabbitMqServer _server;
    private readonly string _host;
    private readonly List<ISource> _sources = [];
    private IConnection? _connection;
    private IChannel? _channel;

    private QueueBench(RabbitMqServer server, string type, string host)
        => (_server, Type, _host, Queue) = (server, type, host, $"{type}-{Guid.NewGuid():N}");

    public string Type { get; }

    public string Queue { get; }

    /// <summary>When it was declared.</summary>
    public DateTimeOffset Since { get; } = DateTimeOffset.UtcNow;

    /// <summary>The clock of the sources.</summary>
    public TimeProvider Time { get; set; } = TimeProvider.System;

    public string Shard => $"{Queue}#0";

    /// <summary>A mapping of the queue that would read it.</summary>
    public MappingConfig Mapping => new()
    {
        Uuid = Guid.NewGuid().ToString("D"),
        FunctionArn = "arn:aws:lambda:us-east-1:000000000000:function:f",
        EventSourceArn = $"arn:aws:mq:us-east-1:000000000000:broker:{Broker}:b-1",
        Queues = [Queue],
        BatchSize = 1_000,
        SourceAccess = [new SourceAccess("BASIC_AUTH", Secret)],
    };

    /// <summary>Declares a queue of a type: classic, quorum or stream.</summary>
    public static async Task<QueueBench> StartAsync(RabbitMqServer server, string type, string host = "/")
    {
        var bench = new QueueBench(server, type, host);
        await bench.ConnectAsync();
        await bench.DeclareAsync();
        return bench;
    }

    public static string Text(in Record record) => Encoding.UTF8.GetString(record.Data.Span);

    /// <summary>Opens the publisher's connection, again after the broker was away.</summary>
    public async Task ConnectAsync()
    {
        await CloseAsync();
        _connection = await new ConnectionFactory
        {
            Uri = new Uri(_server.Url),
            VirtualHost = _host,
            UserName = RabbitMqServer.User,
            Password = RabbitMqServer.Password,
            AutomaticRecoveryEnabled = false,
        }.CreateConnectionAsync(CancellationToken.None);
        _channel = await _connection.CreateChannelAsync(new CreateChannelOptions(true, true), CancellationToken.None);
    }

    public Task DeclareAsync() => Channel().QueueDeclareAsync(
        Queue, true, false, false, new Dictionary<string, object?> { ["x-queue-type"] = Type });

    public Task DeleteAsync() => Channel().QueueDeleteAsync(Queue);

    /// <summary>Publishes one message; returns when the broker has it.</summary>
    public ValueTask PutAsync(ReadOnlyMemory<byte> body, BasicProperties? properties = null)
        => Channel().BasicPublishAsync("", Queue, mandatory: true, properties ?? new BasicProperties(), body);

    /// <summary>Publishes one message just as it is: on a channel with confirmations the client adds a header of its own.</summary>
    public async Task PutPlainAsync(ReadOnlyMemory<byte> body, BasicProperties properties)
    {
        await using var channel = await Connection().CreateChannelAsync(cancellationToken: CancellationToken.None);
        await channel.BasicPublishAsync("", Queue, mandatory: true, properties, body);
    }

    /// <summary>Publishes <c>m0</c> and so on, persistent; returns when the broker has all.</summary>
    public async Task PutAsync(int from, int count)
    {
        const int window = 500;
        var properties = new BasicProperties { Persistent = true };
        var pending = new List<Task>();
        for (var i = from; i < from + count; i++)
        {
            pending.Add(PutAsync(Encoding.UTF8.GetBytes($"m{i}"), properties).AsTask());
            if (pending.Count == window)
            {
                await Task.WhenAll(pending);
                pending.Clear();
            }
        }

        await Task.WhenAll(pending);
    }

    /// <summary>A source over the queue; ends with the bench.</summary>
    public ISource Source(
        Func<MappingConfig, MappingConfig>? change = null, RabbitMqBrokerConfig? broker = null, string? secret = null)
    {
        var mapping = change?.Invoke(Mapping) ?? Mapping;
        var source = Factory(broker, secret).Connect(mapping);
        _sources.Add(source);
        return source;
    }

    public RabbitMqSourceFactory Factory(RabbitMqBrokerConfig? broker = null, string? secret = null)
    {
        var config = new DispatcherConfig();
        config.Sources.RabbitMq[Broker] = broker ?? new RabbitMqBrokerConfig { Url = _server.Url };
        var text = secret
            ?? $$"""{"username":"{{RabbitMqServer.User}}","password":"{{RabbitMqServer.Password}}"}""";
        return new RabbitMqSourceFactory(config, new FixedSecrets((Secret, text)), Time, Random.Shared, NullLoggerFactory.Instance);
    }

    /// <summary>Opens the first shard at the beginning.</summary>
    public async Task<IShardReader> OpenAsync(CancellationToken cancellation, int batchSize = 1_000)
        => await OpenAsync(Source(mapping => mapping with { BatchSize = batchSize }), cancellation);

    public async Task<IShardReader> OpenAsync(ISource source, CancellationToken cancellation)
        => await source.OpenAsync(
            Shard, await source.ResolveAsync(Shard, new StartAt.TrimHorizon(), cancellation), cancellation);

    /// <summary>The queue's messages as the broker counts them.</summary>
    public async Task<(int Ready, int Unacknowledged)> CountAsync()
    {
        var rows = await _server.ControlAsync(
            "list_queues", "--no-table-headers", "name", "messages_ready", "messages_unacknowledged");
        foreach (var row in rows.Split('\n'))
        {
            if (row.Split('\t') is [var name, var ready, var unacknowledged] && name == Queue)
            {
                return (int.Parse(ready), int.Parse(unacknowledged));
            }
        }

        throw new InvalidOperationException($"queue {Queue} is not listed: {rows}");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var source in _sources)
        {
            await source.DisposeAsync();
        }

        await CloseAsync();
    }

    private IChannel Channel() => _channel ?? throw new InvalidOperationException("not connected");

    private IConnection Connection() => _connection ?? throw new InvalidOperationException("not connected");

    private async Task CloseAsync()
    {
        if (_connection is { } connection)
        {
            _connection = null;
            await connection.AbortAsync();
            await connection.DisposeAsync();
        }
    }
}
