using System.Collections.Concurrent;
using System.Text;
using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Invocations;
using Dispatcher.Contracts.Names;

namespace Dispatcher.Grains.Tests.AsyncInvocations;

/// <summary>A function that does what a test says, and remembers its calls.</summary>
internal sealed class ScriptedFunction : IFunctionInvoker
{
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public static InvocationOutcome Succeeded { get; } = new InvocationOutcome.Succeeded("\"done\""u8.ToArray());

    public static InvocationOutcome Error { get; } = Failing("boom");

    public static InvocationOutcome Throttled { get; } = new InvocationOutcome.Throttled(InvocationOutcome.Throttled.AccountLimit, TimeSpan.FromSeconds(1));

    public static InvocationOutcome TurnedOff { get; } =
        new InvocationOutcome.Throttled(InvocationOutcome.Throttled.ReservedLimit, TimeSpan.FromSeconds(1)) { TurnedOff = true };

    public static InvocationOutcome Broken { get; } = new InvocationOutcome.Failed(new ServiceException(ServiceErrorKind.Internal, "no worker"));

    /// <summary>Every call, in order.</summary>
    public ConcurrentQueue<InvocationRequest> Calls { get; } = new();

    /// <summary>What a call comes to.</summary>
    public Func<InvocationRequest, Task<InvocationOutcome>> Script { get; set; } = _ => Task.FromResult(Succeeded);

    /// <summary>Functions that are not there.</summary>
    public HashSet<string> Missing { get; } = [];

    public static InvocationOutcome Failing(string message) => new InvocationOutcome.FunctionError(
        "Unhandled", Encoding.UTF8.GetBytes($$"""{"errorMessage":"{{message}}","errorType":"ValueError"}"""), "ValueError");

    /// <summary>Lets every call come to this.</summary>
    public void Always(InvocationOutcome outcome) => Script = _ => Task.FromResult(outcome);

    /// <summary>Ends calls that hang.</summary>
    public void Release() => _released.TrySetResult();

    /// <summary>A call that does not end before the test does.</summary>
    public async Task<InvocationOutcome> HangAsync()
    {
        await _released.Task;
        return Throttled;
    }

    public async ValueTask<InvocationOutcome> InvokeAsync(InvocationRequest request, CancellationToken cancellation)
    {
        Calls.Enqueue(request);
        return await Script(request).WaitAsync(cancellation);
    }

    public ValueTask CheckAsync(FunctionRef function, CancellationToken cancellation) => Missing.Contains(function.Name)
        ? ValueTask.FromException(ServiceException.NotFound($"Function not found: {function}"))
        : ValueTask.CompletedTask;
}
