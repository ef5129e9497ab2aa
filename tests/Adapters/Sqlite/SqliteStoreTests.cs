using Dispatcher.Adapters.Sqlite;
using Dispatcher.Contracts.Store;
using Dispatcher.Testing;
using Dispatcher.Testing.Contracts;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dispatcher.Adapters.Tests.Sqlite;

internal static class Sqlite
{
    public static SqliteStore Make(string folder, TimeProvider? time = null)
        => new(folder, time ?? TimeProvider.System, NullLogger<SqliteStore>.Instance);

    public static async Task<SqliteStore> OpenAsync(string folder)
    {
        var store = Make(folder);
        await store.OpenAsync(TestContext.Current.CancellationToken);
        return store;
    }
}

public sealed class SqliteDocumentStoreTests : DocumentStoreContract
{
    private readonly TempFolder _folder = new();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }

    protected override ValueTask<IStore> MakeAsync(TimeProvider time) => new(Sqlite.Make(_folder.Path, time));
}

public sealed class SqliteBlobStoreTests : BlobStoreContract
{
    private readonly TempFolder _folder = new();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }

    protected override ValueTask<IStore> MakeAsync(TimeProvider time) => new(Sqlite.Make(_folder.Path, time));
}

public sealed class SqliteCheckpointStoreTests : CheckpointStoreContract
{
    private readonly TempFolder _folder = new();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }

    protected override ValueTask<IStore> MakeAsync(TimeProvider time) => new(Sqlite.Make(_folder.Path, time));
}

public sealed class SqliteRecordLogStoreTests : RecordLogStoreContract
{
    private readonly TempFolder _folder = new();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }

    protected override ValueTask<IStore> MakeAsync(TimeProvider time) => new(Sqlite.Make(_folder.Path, time));
}

public sealed class SqliteRecordLogWaitTests : RecordLogWaitContract
{
    private readonly TempFolder _folder = new();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }

    protected override ValueTask<IStore> MakeAsync(TimeProvider time) => new(Sqlite.Make(_folder.Path, time));
}

public sealed class SqliteDurableStoreTests : DurableStoreContract
{
    private readonly TempFolder _folder = new();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }

    protected override ValueTask<IStore> MakeAsync(TimeProvider time) => new(Sqlite.Make(_folder.Path, time));
}

public sealed class SqliteQueueStoreTests : QueueStoreContract
{
    private readonly TempFolder _folder = new();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }

    protected override ValueTask<IStore> MakeAsync(TimeProvider time) => new(Sqlite.Make(_folder.Path, time));
}

public sealed class SqliteQueueOrderTests : QueueOrderContract
{
    private readonly TempFolder _folder = new();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }

    protected override ValueTask<IStore> MakeAsync(TimeProvider time) => new(Sqlite.Make(_folder.Path, time));
}
