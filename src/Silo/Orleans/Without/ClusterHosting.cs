using Dispatcher.Contracts.Configuration;
using Microsoft.Extensions.Hosting;

namespace Dispatcher.Silo.Orleans;

/// <summary>Stands for the cluster mode in a build without Orleans' packages.</summary>
public static class ClusterHosting
{
    private const string Missing = "this build has no cluster mode: the NuGet source it was built from lacks the Orleans packages";

    /// <summary>Whether this build has the cluster mode.</summary>
    public static bool Available => false;

    /// <summary>Refuses.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public static void AddClusterSilo(this IHostApplicationBuilder builder, DispatcherConfig config) => throw new NotSupportedException(Missing);

    /// <summary>Refuses.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public static void AddClusterGateway(this IHostApplicationBuilder builder, DispatcherConfig config) => throw new NotSupportedException(Missing);

    /// <summary>Refuses.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public static Task PrepareAsync(ClusterConfig cluster, CancellationToken cancellation) => throw new NotSupportedException(Missing);
}
