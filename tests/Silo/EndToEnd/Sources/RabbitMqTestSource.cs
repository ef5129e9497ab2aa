using System.Text;
using System.Text.Json;
using Dispatcher.Testing.RabbitMq;
using RabbitMQ.Client;

namespace Dispatcher.Silo.Tests.EndToEnd.Sources;

/// <summary>A queue of a real RabbitMQ. The message id is <c>m</c> and the body.</summary>
internal sealed class RabbitMqTestSource(SourceLab lab, RabbitMqServer rabbit) : TestSource(lab, "queue")
{
    private IConnection? _connection;
    private IChannel? _channel;

    public override bool Ordered => false;

    public override string BatchInfo => "RabbitMqBatchInfo";

    protected override string[] Options =>
    [
        "--event-source-arn", "arn:aws:mq:us-east-1:000000000000:broker:shop:b-1", "--queues", Name,
        "--source-access-configurations", "Type=BASIC_AUTH,URI=arn:aws:secretsmanager:us-east-1:000000000000:secret:rabbit",
    ];

    public override async Task PutAsync(params TestRecord[] records)
    {
        foreach (var record in records)
        {
            var properties = new BasicProperties { Persistent = true, MessageId = $"m{record.Body}" };
            if (record.Time is { } time)
            {
                properties.Timestamp = new AmqpTimestamp(time.ToUnixTimeSeconds());
            }

            await _channel!.BasicPublishAsync("", Name, mandatory: true, properties, Encoding.UTF8.GetBytes(record.Body));
        }
    }

    public override string Identifier(JsonElement payload, int number)
        => Records(payload).First(r => EventReader.Text(r) == $"{number}").GetProperty("basicProperties").GetProperty("messageId").GetRawText();

    protected override async Task MakeAsync(int shards)
    {
        _connection = await new ConnectionFactory
        {
            Uri = new Uri(rabbit.Url), UserName = RabbitMqServer.User, Password = RabbitMqServer.Password,
        }.CreateConnectionAsync();
        _channel = await _connection.CreateChannelAsync(
            new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true));
        await _channel.QueueDeclareAsync(Name, true, false, false);
    }

    protected override async ValueTask CloseAsync()
    {
        if (_connection is not null)
        {
            await _connection.DisposeAsync();
        }
    }
}
