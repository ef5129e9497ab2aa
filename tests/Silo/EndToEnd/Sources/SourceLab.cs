using System.Text.Json;
using System.Text.Json.Nodes;
using Dispatcher.Testing.Aws;
using Dispatcher.Testing.Kafka;
using Dispatcher.Testing.RabbitMq;
using Dispatcher.Testing.Server;

namespace Dispatcher.Silo.Tests.EndToEnd.Sources;

/// <summary>
/// One server for the tests of a class, which knows the brokers of all kinds. Each test takes a source, a function and a mapping
/// of its own from it, so that the same promise can be tried with every kind of source.
/// </summary>
public sealed class SourceLab(Brokers brokers) : IAsyncLifetime
{
    private ServerProcess? _server;

    /// <summary>The server; it may be stopped and killed, and then started again.</summary>
    internal ServerProcess Server => _server ?? throw new InvalidOperationException("not started");

    /// <summary>Its wire API.</summary>
    internal Api Api => new(Server.Url);

    /// <summary>The AWS CLI that drives it.</summary>
    internal AwsCli Aws => new(Server.Url.ToString());

    /// <summary>The ARN of a queue of the server.</summary>
    internal static string QueueArn(string name) => $"arn:aws:sqs:us-east-1:000000000000:{name}";

    public async ValueTask InitializeAsync()
    {
        AwsCli.SkipIfMissing();
        _server = await ServerProcess.StartAsync(new ServerOptions { Config = await ConfigAsync() });
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    /// <summary>A new source of a kind (<c>stream</c>, <c>queue</c>, <c>kafka</c>, <c>rabbitmq</c>) with a function of its own.</summary>
    /// <param name="kind">The kind; skips the running test where its broker cannot be had.</param>
    /// <param name="shards">Shards or partitions, where the kind has any.</param>
    internal async Task<TestSource> SourceAsync(string kind, int shards = 1)
    {
        TestSource source = kind switch
        {
            "stream" => new StreamTestSource(this),
            "queue" => new QueueTestSource(this),
            "kafka" => new KafkaTestSource(this, await brokers.KafkaAsync()),
            "rabbitmq" => new RabbitMqTestSource(this, await brokers.RabbitMqAsync()),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "no such kind of source"),
        };
        await source.CreateAsync(shards);
        return source;
    }

    /// <summary>Makes a queue of the server, which shows messages again soon after a kill; returns its URL.</summary>
    internal async Task<string> CreateQueueAsync(string name) => (await Api.SqsAsync("CreateQueue", new JsonObject
    {
        ["QueueName"] = name, ["Attributes"] = new JsonObject { ["VisibilityTimeout"] = "3" },
    })).GetProperty("QueueUrl").GetString()!;

    /// <summary>Waits for messages of a queue by long polling; returns the bodies, which are JSON, of one receive.</summary>
    internal async Task<List<JsonElement>> ReceiveAsync(string url, int most = 1)
    {
        var received = await Api.SqsAsync(
            "ReceiveMessage", new JsonObject { ["QueueUrl"] = url, ["WaitTimeSeconds"] = 20, ["MaxNumberOfMessages"] = most });
        return received.TryGetProperty("Messages", out var messages)
            ? [.. messages.EnumerateArray().Select(m => JsonDocument.Parse(m.GetProperty("Body").GetString()!).RootElement)]
            : [];
    }

    private async Task<string> ConfigAsync()
    {
        var sources = new JsonObject();
        var config = new JsonObject { ["Sources"] = sources };
        if (KafkaSettings.Missing is null)
        {
            sources["Kafka"] = KafkaSettings.Section(await brokers.KafkaAsync());
        }

        if (RabbitMqServer.Installed)
        {
            var url = (await brokers.RabbitMqAsync()).Url;
            sources["RabbitMq"] = new JsonObject { ["shop"] = new JsonObject { ["Url"] = url, ["Secret"] = "rabbit" } };
            config["Secrets"] = new JsonObject
            {
                ["rabbit"] = new JsonObject
                {
                    ["Value"] = new JsonObject { ["username"] = RabbitMqServer.User, ["password"] = RabbitMqServer.Password }.ToJsonString(),
                },
            };
        }

        return config.ToJsonString();
    }
}
