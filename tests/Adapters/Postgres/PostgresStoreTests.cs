using Dispatcher.Adapters.Postgres;
using Dispatcher.Adapters.Tests.Postgres;
using Dispatcher.Contracts.Store;
using Dispatcher.Testing.Contracts;
using Dispatcher.Testing.Postgres;
using Microsoft.Extensions.Logging.Abstractions;

[assembly: AssemblyFixture(typeof(PostgresFixture))]

namespace Dispatcher.Adapters.Tests.Postgres;

internal static class Postgres
{
    public static PostgresStore Make(string connection, TimeProvider? time = null)
        => new(connection, time ?? TimeProvider.System, NullLogger<PostgresStore>.Instance);

    public static async Task<PostgresStore> OpenAsync(string connection)
    {
        var store = Make(connection);
        await store.OpenAsync(TestContext.Current.CancellationToken);
        return store;
    }

    public static async Task<string> DatabaseAsync(this PostgresFixture fixture)
        => await (await fixture.ServerAsync()).CreateDatabaseAsync();
}

public sealed class PostgresDocumentStoreTests(PostgresFixture postgres) : DocumentStoreContract
{
    protected override async ValueTask<IStore> MakeAsync(TimeProvider time)
        => Postgres.Make(await postgres.DatabaseAsync(), time);
}

public sealed class PostgresBlobStoreTests(PostgresFixture postgres) : BlobStoreContract
{
    protected override async ValueTask<IStore> MakeAsync(TimeProvider time)
        => Postgres.Make(await postgres.DatabaseAsync(), time);
}

public sealed class PostgresCheckpointStoreTests(PostgresFixture postgres) : CheckpointStoreContract
{
    protected override async ValueTask<IStore> MakeAsync(TimeProvider time)
        => Postgres.Make(await postgres.DatabaseAsync(), time);
}

public sealed class PostgresRecordLogStoreTests(PostgresFixture postgres) : RecordLogStoreContract
{
    protected override async ValueTask<IStore> MakeAsync(TimeProvider time)
        => Postgres.Make(await postgres.DatabaseAsync(), time);
}

public sealed class PostgresRecordLogWaitTests(PostgresFixture postgres) : RecordLogWaitContract
{
    protected override async ValueTask<IStore> MakeAsync(TimeProvider time)
        => Postgres.Make(await postgres.DatabaseAsync(), time);
}

public sealed class PostgresQueueStoreTests(PostgresFixture postgres) : QueueStoreContract
{
    protected override async ValueTask<IStore> MakeAsync(TimeProvider time)
        => Postgres.Make(await postgres.DatabaseAsync(), time);
}

public sealed class PostgresQueueOrderTests(PostgresFixture postgres) : QueueOrderContract
{
    protected override async ValueTask<IStore> MakeAsync(TimeProvider time)
        => Postgres.Make(await postgres.DatabaseAsync(), time);
}

public sealed class PostgresDurableStoreTests(PostgresFixture postgres) : DurableStoreContract
{
    private string? _connection;

    protected override async ValueTask<IStore> MakeAsync(TimeProvider time)
        => Postgres.Make(_connection ??= await postgres.DatabaseAsync(), time);
}
