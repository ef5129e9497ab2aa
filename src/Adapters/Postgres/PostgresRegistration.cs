using Dispatcher.Contracts.Store;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Adapters.Postgres;

/// <summary>Composition of the PostgreSQL store.</summary>
public static class PostgresRegistration
{
    /// <summary>
    /// Offers <see cref="IStore"/> and its <see cref="Catalog"/> in a PostgreSQL database; any number of processes may use one.
    /// The host must call <see cref="IStore.OpenAsync"/> before anything else.
    /// </summary>
    /// <param name="services">Where to.</param>
    /// <param name="connectionString">As Npgsql takes it: <c>Host=…;Port=…;Database=…;Username=…;Password=…</c>.</param>
    public static IServiceCollection AddPostgresStore(this IServiceCollection services, string connectionString)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<IStore>(provider => new PostgresStore(
            connectionString,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<PostgresStore>>()));
        services.TryAddSingleton(provider => new Catalog(provider.GetRequiredService<IStore>()));
        return services;
    }
}
