using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Dispatcher.Contracts.Invocations;
using Dispatcher.Contracts.Names;

namespace Dispatcher.Grains.Tests.Fakes;

/// <summary>A function whose calls a test sees and whose answers it gives.</summary>
internal sealed class FakeFunction : IFunctionInvoker
{
    private readonly Channel<Call> _calls = Channel.CreateUnbounded<Call>();
    private readonly System.Collections.Concurrent.ConcurrentBag<Call> _all = [];

    /// <summary>Answers by itself where set; else every call waits for the test.</summary>
    public Func<Call, InvocationOutcome>? Answer { get; set; } = _ => new InvocationOutcome.Succeeded(default);

    /// <summary>The next call, as it comes.</summary>
    public async Task<Call> NextAsync() => await _calls.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60));

    /// <summary>Calls that nobody has looked at.</summary>
    public int Waiting => _calls.Reader.Count;

    public async ValueTask<InvocationOutcome> InvokeAsync(InvocationRequest request, CancellationToken cancellation)
    {
        var call = Read(request);
        _all.Add(call);
        if (Answer is { } answer)
        {
            call.Outcome.SetResult(answer(call));
        }

        _calls.Writer.TryWrite(call);
        return await call.Outcome.Task.WaitAsync(cancellation);
    }

    /// <summary>Ends every call that the test left open, so that the world can end.</summary>
    public void Release()
    {
        Answer = _ => new InvocationOutcome.Throttled("the test is over", TimeSpan.Zero);
        foreach (var call in _all)
        {
            call.Outcome.TrySetResult(new InvocationOutcome.Throttled("the test is over", TimeSpan.Zero));
        }
    }

    public ValueTask CheckAsync(FunctionRef function, CancellationToken cancellation) => ValueTask.CompletedTask;

    private static Call Read(InvocationRequest request)
    {
        using var json = JsonDocument.Parse(request.Payload);
        var records = json.RootElement.GetProperty("Records").EnumerateArray().ToArray();
        var texts = records.Select(r => Encoding.UTF8.GetString(r.GetProperty("kinesis").GetProperty("data").GetBytesFromBase64()));
        return new Call(request.RequestId, [.. texts]) { Identity = records.FirstOrDefault() is { ValueKind: JsonValueKind.Object } first ? first.GetProperty("invokeIdentityArn").GetString() : null };
    }

    internal sealed record Call(Guid RequestId, string[] Records)
    {
        /// <summary>The role that the first record names; null without records.</summary>
        public string? Identity { get; init; }

        public TaskCompletionSource<InvocationOutcome> Outcome { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Succeed() => Outcome.SetResult(new InvocationOutcome.Succeeded(default));

        public void Fail() => Outcome.SetResult(new InvocationOutcome.FunctionError("Unhandled", "{\"errorMessage\":\"boom\"}"u8.ToArray(), "Error"));
    }
}
