using Dispatcher.Adapters.Postgres;
using Dispatcher.Contracts;
using Npgsql;

namespace Dispatcher.Adapters.Tests.Postgres;

public sealed class PostgresDatabaseTests
{
    private const string Given = "Host=127.0.0.1;Username=u;Database=d";

    [Fact]
    public async Task Settings_NotGiven_AreThoseOfManyProcessesOnOneServer()
    {
        await using var database = new PostgresDatabase(Given);

        var settings = new NpgsqlConnectionStringBuilder(database.Settings);
        Assert.Equal((Limits.PostgresConnections, 10), (settings.MaxPoolSize, settings.KeepAlive));
    }

    [Theory]
    [InlineData("Maximum Pool Size=7;Keepalive=3")]
    [InlineData("MaxPoolSize=7;keepalive=3")]
    public async Task Settings_Given_AreKept(string more)
    {
        await using var database = new PostgresDatabase($"{Given};{more}");

        var settings = new NpgsqlConnectionStringBuilder(database.Settings);
        Assert.Equal((7, 3), (settings.MaxPoolSize, settings.KeepAlive));
    }
}
