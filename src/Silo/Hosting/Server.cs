using Dispatcher.Contracts;
using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Store;
using Dispatcher.Silo.Composition;

namespace Dispatcher.Silo.Hosting;

/// <summary>One life of the server: open, listen, serve, drain, close.</summary>
internal static class Server
{
    /// <summary>Runs until a signal or <paramref name="cancellation"/> stops it.</summary>
    /// <exception cref="StartupException">It cannot start, or a service of its own failed; what was in flight has ended then.</exception>
    public static async Task RunAsync(DispatcherConfig config, CancellationToken cancellation)
    {
        DataFolder.Prepare(config.Data);
        using var last = LastResort.OfThisProcess(config.ShutdownSeconds + Limits.StopSeconds); // ends after everything else
        await using var app = WebServer.Build(config);
        await using var stop = cancellation.Register(app.Lifetime.StopApplication);
        await OpenStoreAsync(app.Services, app.Lifetime.ApplicationStopping);
        var grains = app.Services.GetRequiredService<IGrainHosting>();
        await grains.PrepareAsync(app.Lifetime.ApplicationStopping);
        await WebServer.ListenAsync(app, config);

        var starting = grains.WakeAsync(app.Lifetime.ApplicationStopping);
        Welcome.Print(Console.Out, config, WebServer.Address(app));
        await StoppedAsync(app.Lifetime.ApplicationStopping);
        last.Arm();
        await starting;
        await grains.DrainAsync();
        await app.StopAsync(CancellationToken.None);
        BackgroundFailure.ThrowIfAny(app.Services);
    }

    private static async Task OpenStoreAsync(IServiceProvider services, CancellationToken cancellation)
    {
        try
        {
            await services.GetRequiredService<IStore>().OpenAsync(cancellation);
        }
        catch (StoreException e)
        {
            throw new StartupException($"store: {e.Message}", e);
        }
    }

    private static async Task StoppedAsync(CancellationToken stopping)
    {
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = stopping.Register(stopped.SetResult);
        await stopped.Task;
    }
}
