using System.Text;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Functions;
using Dispatcher.Contracts.Invocations;
using Dispatcher.Contracts.Queues;
using Dispatcher.Grains.AsyncInvocations;

namespace Dispatcher.Grains.Tests.AsyncInvocations;

/// <summary>Where events go that ended.</summary>
public sealed class AsyncHandOverTests : IAsyncDisposable
{
    private const string Dead = "arn:aws:sqs:us-east-1:000000000000:dead";

    private static readonly TimeSpan s_renewal = TimeSpan.FromMilliseconds(Limits.AsyncHideMs / 4);

    private readonly AsyncWorld _world = new();
    private int _second;

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task Success_RecordIsAwss()
    {
        await _world.CreateAsync();
        await _world.SetAsync(new EventInvokeConfig { Function = "f", OnSuccess = "somewhere" });
        var id = await _world.SendAsync("""{"n": 1}""");

        await _world.RunToTheEndAsync();

        var record = Assert.Single(_world.Destination.Received);
        Assert.Equal(
            $$$"""{"requestId":"{{{id}}}","functionArn":"arn:aws:lambda:us-east-1:000000000000:function:f:$LATEST","condition":"Success","approximateInvokeCount":1}""",
            record.GetProperty("requestContext").GetRawText());
        Assert.Equal("""{"n": 1}""", record.GetProperty("requestPayload").GetRawText());
        Assert.Equal("""{"statusCode":200,"executedVersion":"$LATEST"}""", record.GetProperty("responseContext").GetRawText());
        Assert.Equal("\"done\"", record.GetProperty("responsePayload").GetRawText());
    }

    [Fact]
    public async Task DestinationAway_ForAWhile_GetsTheRecordOnce()
    {
        var running = await FailAsync();
        await WaitAsync(1, 2);
        _world.Destination.Away = false;
        await WaitAsync(4);
        await running;

        Assert.Equal(3, _world.Destination.Failures);
        Assert.Single(_world.Destination.Received);
        Assert.Equal(0, await _world.CountAsync());
    }

    [Fact]
    public async Task DestinationAway_TooLong_DropsTheRecordAndNobodyElseGetsTheEventMeanwhile()
    {
        var running = await FailAsync();
        await WaitAsync(1, 2, 4, 8);
        await running;

        Assert.Equal(Limits.AsyncDeliveryTries, _world.Destination.Failures);
        Assert.Empty(_world.Destination.Received);
        Assert.Equal(0, await _world.CountAsync());
        Assert.Single(_world.Function.Calls);
    }

    [Fact]
    public async Task DestinationEndsARecursiveLoop_DropsTheRecordAtOnce()
    {
        _world.Destination.Reason = new ServiceException(ServiceErrorKind.InvalidParameterValue, "a loop") { TypeName = AsyncInvoker.Recursive };
        await await FailAsync();

        Assert.Equal(1, _world.Destination.Failures);
        Assert.Equal(0, await _world.CountAsync());
    }

    [Fact]
    public async Task DeadLetter_HasTheEventAndAwssAttributes()
    {
        var queue = await QueueAsync();
        await _world.CreateAsync(deadLetters: Dead);
        var id = await _world.SendAsync("""{"n": 1}""");
        _world.Function.Always(ScriptedFunction.Failing(new string('x', Limits.DeadLetterErrorChars + 1)));

        await _world.RunToTheEndAsync();

        var letter = await LetterAsync(queue);
        Assert.Equal("""{"n": 1}""", letter.Body);
        Assert.Equal(
            [("ErrorCode", "Number", "200"), ("ErrorMessage", "String", new string('x', Limits.DeadLetterErrorChars)), ("RequestID", "String", id.ToString())],
            letter.Attributes);
    }

    [Theory]
    [InlineData(true, "429", InvocationOutcome.Throttled.ReservedLimit)]
    [InlineData(false, "500", "EventAgeExceeded")]
    public async Task DeadLetter_OfWhatDidNotRun_SaysWhy(bool turnedOff, string code, string text)
    {
        var queue = await QueueAsync();
        await _world.CreateAsync(deadLetters: Dead);
        await _world.SendAsync();
        _world.Function.Always(ScriptedFunction.TurnedOff);
        _world.Clock.Advance(turnedOff ? TimeSpan.Zero : TimeSpan.FromSeconds(Limits.AsyncEventAgeSeconds));

        await _world.RunToTheEndAsync();

        var letter = await LetterAsync(queue);
        Assert.Equal([("ErrorCode", "Number", code), ("ErrorMessage", "String", text)], letter.Attributes.Take(2));
    }

    [Fact]
    public async Task DeadLetter_OfARecursiveLoop_SaysSo()
    {
        var queue = await QueueAsync();
        await _world.CreateAsync(deadLetters: Dead);
        await _world.SendAsync(trace: $"Root=1-0-0;Lineage=1:a:{Limits.AsyncHops}");

        await _world.RunToTheEndAsync();

        var letter = await LetterAsync(queue);
        Assert.Equal(("ErrorCode", "Number", "400"), letter.Attributes[0]);
        Assert.Contains("recursive loop", letter.Attributes[1].Text);
        Assert.Empty(_world.Function.Calls);
    }

    [Fact]
    public async Task DeadLetterQueue_IsThatOfTheVersionBehindTheQualifier()
    {
        var queue = await QueueAsync();
        await _world.CreateAsync();
        await _world.CreateAsync(deadLetters: Dead, version: "1");
        await _world.Catalog.Aliases.CreateAsync(
            AliasConfig.Key("f", "live"), new AliasConfig { FunctionName = "f", Name = "live", FunctionVersion = "1" }, AsyncWorld.Cancellation);
        _world.Function.Always(ScriptedFunction.TurnedOff);

        foreach (var qualifier in (string?[])[null, "live", "1"])
        {
            await _world.SendAsync($"\"{qualifier}\"", qualifier: qualifier);
        }

        await _world.RunToTheEndAsync();

        Assert.Equal(["\"live\"", "\"1\""], [(await LetterAsync(queue)).Body, (await LetterAsync(queue)).Body]);
        Assert.Empty(await _world.Queues.ReceiveAsync(queue, 1, TimeSpan.FromSeconds(30), TimeSpan.Zero, AsyncWorld.Cancellation));
    }

    /// <summary>Begins to hand over an event whose destination is away.</summary>
    private async Task<Task> FailAsync()
    {
        await _world.CreateAsync();
        await _world.SetAsync(new EventInvokeConfig { Function = "f", MaximumRetryAttempts = 0, OnFailure = "somewhere" });
        await _world.SendAsync();
        _world.Destination.Away = true;
        _world.Function.Always(ScriptedFunction.Error);
        return _world.RunAsync((await _world.ReceiveAsync())!, AsyncWorld.Cancellation);
    }

    /// <summary>Lets the waits between tries pass, each in parts, between which nobody else may receive the event.</summary>
    private async Task WaitAsync(params int[] seconds)
    {
        foreach (var wait in seconds)
        {
            await _world.Clock.WaitedForAsync(TimeSpan.FromSeconds(wait));
            for (var passed = 0; passed < wait; passed++)
            {
                _world.Clock.Advance(TimeSpan.FromSeconds(1));
                _second++;
                if (passed < wait - 1)
                {
                    await _world.Clock.WaitedForAsync(_second % 2 == 0 ? s_renewal : s_renewal / 2);
                    Assert.Null(await _world.ReceiveAsync());
                }
            }
        }
    }

    private ValueTask<QueueConfig> QueueAsync()
        => _world.Queues.CreateAsync("dead", new Dictionary<string, string>(), new Dictionary<string, string>(), AsyncWorld.Cancellation);

    private async Task<(string Body, (string Name, string Type, string? Text)[] Attributes)> LetterAsync(QueueConfig queue)
    {
        var letter = Assert.Single(await _world.Queues.ReceiveAsync(queue, 1, TimeSpan.FromSeconds(30), TimeSpan.Zero, AsyncWorld.Cancellation));
        var attributes = letter.Content.Attributes.OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => (one.Key, one.Value.DataType, one.Value.Text));
        return (Encoding.UTF8.GetString(letter.Message.Body.Span), [.. attributes]);
    }
}
