using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Store;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Adapters.Sqlite;

/// <summary>Composition of the SQLite store.</summary>
public static class SqliteRegistration
{
    /// <summary>
    /// Offers <see cref="IStore"/> and its <see cref="Catalog"/>; the file lies in <see cref="DispatcherConfig.Data"/>. The
    /// host must call <see cref="IStore.OpenAsync"/> before anything else.
    /// </summary>
    public static IServiceCollection AddSqliteStore(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<IStore>(provider => new SqliteStore(
            provider.GetRequiredService<DispatcherConfig>().Data,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<SqliteStore>>()));
        services.TryAddSingleton(provider => new Catalog(provider.GetRequiredService<IStore>()));
        return services;
    }
}
