namespace Dispatcher.Silo.Hosting;

/// <summary>Finds out whether the server stopped because one of its own services failed.</summary>
internal static class BackgroundFailure
{
    /// <summary>Does nothing where no background service has failed.</summary>
    /// <exception cref="StartupException">One has; says which and why.</exception>
    public static void ThrowIfAny(IServiceProvider services)
    {
        foreach (var service in services.GetServices<IHostedService>().OfType<BackgroundService>())
        {
            if (service.ExecuteTask is { IsFaulted: true, Exception.InnerException: { } error })
            {
                throw new StartupException($"stopped because {service.GetType().Name} failed: {error.Message}", error);
            }
        }
    }
}
