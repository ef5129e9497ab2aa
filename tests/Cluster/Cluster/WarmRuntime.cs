using System.Text;
using Dispatcher.Contracts.Functions;
using Dispatcher.Contracts.Invocations;

namespace Dispatcher.Cluster.Tests.Cluster;

/// <summary>Runs functions of the package type <c>Fake</c> by answering with the silo's name; the test says how many workers are free.</summary>
internal sealed class WarmRuntime(string silo) : IFunctionRuntime
{
    public const string Version = "warm:1";

    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int Free { get; set; }

    /// <summary>The first invocation has begun.</summary>
    public Task Begun => _begun.Task;

    /// <summary>Invocations end when this has ended.</summary>
    public Task Until { get; set; } = Task.CompletedTask;

    public bool Handles(FunctionConfig config) => config.PackageType == "Fake";

    public ValueTask ValidateAsync(FunctionConfig config, ReadOnlyMemory<byte> archive, CancellationToken cancellation) => ValueTask.CompletedTask;

    public async ValueTask<InvocationOutcome> InvokeAsync(FunctionPlan plan, InvocationRequest request, CancellationToken cancellation)
    {
        _begun.TrySetResult();
        await Until.WaitAsync(cancellation);
        return new InvocationOutcome.Succeeded(Encoding.UTF8.GetBytes(silo));
    }

    public ValueTask RetireAsync(FunctionPlan plan, CancellationToken cancellation) => ValueTask.CompletedTask;

    public IdleWorkers? IdleOf(FunctionPlan plan) => new(Version, Free);

    public IEnumerable<IdleWorkers> Idle() => Free > 0 ? [new IdleWorkers(Version, Free)] : [];
}
