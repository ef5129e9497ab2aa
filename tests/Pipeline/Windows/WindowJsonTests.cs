using System.Text;
using Dispatcher.Contracts.Records;
using Dispatcher.Pipeline.Payloads;
using Dispatcher.Pipeline.Windows;

namespace Dispatcher.Pipeline.Tests.Windows;

public sealed class WindowJsonTests
{
    [Fact]
    public void Append_FinalWithoutRecords_IsTheWindowEvent()
    {
        var shape = new StreamPayload("arn:s", new PayloadContext("r", "a", "shardId-000000000006"));
        using var buffer = new PayloadBuffer(16);
        buffer.Ensure(shape.EnvelopeBytes);
        shape.Begin(buffer);
        shape.End(buffer);
        var window = new OpenWindow(1607497440000, 120_000, "{\"1\":282}"u8.ToArray(), Early: true);

        WindowPayload.Append(buffer, new BatchWindow(window, Final: true), "shardId-000000000006", "arn:s");

        Assert.Equal(
            """{"Records":[],"window":{"start":"2020-12-09T07:04:00Z","end":"2020-12-09T07:06:00Z"},"state":{"1":282},"shardId":"shardId-000000000006","eventSourceARN":"arn:s","isFinalInvokeForWindow":true,"isWindowTerminatedEarly":true}""",
            Encoding.UTF8.GetString(buffer.Written.Span));
    }

    [Theory]
    [InlineData("""{"state":{"a":[1,2]}}""", """{"a":[1,2]}""")]
    [InlineData("""{"x":{"state":1}, "state" : 5 , "y":[]}""", "5")]
    [InlineData("""{"state":""}""", "\"\"")]
    public void TryReadState_StateThere_IsItsJson(string answer, string state)
    {
        Assert.True(WindowAnswer.TryReadState(Encoding.UTF8.GetBytes(answer), out var read));
        Assert.Equal(state, Encoding.UTF8.GetString(read));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"state":null}""")]
    [InlineData("""{"state":{"a":1}""")]
    [InlineData("[1]")]
    [InlineData("""{"state":1} x""")]
    [InlineData("""{"state":1,"\ud800":2}""")]
    public void TryReadState_NoState_IsRefused(string answer) => Assert.False(WindowAnswer.TryReadState(Encoding.UTF8.GetBytes(answer), out _));
}
