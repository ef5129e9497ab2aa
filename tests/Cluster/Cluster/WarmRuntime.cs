using System.Text;
using Dispatcher.Contracts.Functions;
using Dispatcher.Contracts.Invocations;

namespace Dispatcher.Cluster.Tests.Cluster;

/// <summary>Runs functions of the package type <c>Fake</c> by answering with the silo's name; the test says how many workers are free.</summary>
internal sealed class WarmRuntime(string silo) : IFunctionRuntime
{
    public const string Version = "warm:1";

    public int Free { get; set; }

    public bool Handles(FunctionConfig config) => config.PackageType == "Fake";

    public ValueTask ValidateAsync(FunctionConfig config, ReadOnlyMemory<byte> archive, CancellationToken cancellation) => ValueTask.CompletedTask;

    public ValueTask<InvocationOutcome> InvokeAsync(FunctionPlan plan, InvocationRequest request, CancellationToken cancellation)
        => new(new InvocationOutcome.Succeeded(Encoding.UTF8.GetBytes(silo)));

    public ValueTask RetireAsync(FunctionPlan plan, CancellationToken cancellation) => ValueTask.CompletedTask;

    public IdleWorkers? IdleOf(FunctionPlan plan) => new(Version, Free);

    public IEnumerable<IdleWorkers> Idle() => Free > 0 ? [new IdleWorkers(Version, Free)] : [];
}
