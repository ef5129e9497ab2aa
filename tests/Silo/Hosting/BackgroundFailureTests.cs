using Dispatcher.Silo.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Dispatcher.Silo.Tests.Hosting;

public sealed class BackgroundFailureTests
{
    [Fact]
    public async Task Throw_AfterAServiceFailed_SaysWhichAndWhy()
    {
        using var failing = new Failing();
        await failing.StartAsync(CancellationToken.None);
        await Assert.ThrowsAsync<IOException>(() => failing.ExecuteTask!);
        await using var services = new ServiceCollection().AddSingleton<IHostedService>(failing).BuildServiceProvider();

        var error = Assert.Throws<StartupException>(() => BackgroundFailure.ThrowIfAny(services));

        Assert.Equal("stopped because Failing failed: the disk is gone", error.Message);
    }

    [Fact]
    public async Task Throw_ServiceEndedByItself_IsSilent()
    {
        using var fine = new Fine();
        await fine.StartAsync(CancellationToken.None);
        await fine.ExecuteTask!;
        await using var services = new ServiceCollection().AddSingleton<IHostedService>(fine).BuildServiceProvider();

        BackgroundFailure.ThrowIfAny(services);
    }

    private sealed class Failing : BackgroundService
    {
        protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.FromException(new IOException("the disk is gone"));
    }

    private sealed class Fine : BackgroundService
    {
        protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.CompletedTask;
    }
}
