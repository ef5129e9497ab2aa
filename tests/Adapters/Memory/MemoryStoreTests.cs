using Dispatcher.Contracts.Store;
using Dispatcher.Testing.Contracts;
using Dispatcher.Testing.Memory;

namespace Dispatcher.Adapters.Tests.Memory;

public sealed class MemoryDocumentStoreTests : DocumentStoreContract
{
    protected override ValueTask<IStore> MakeAsync(TimeProvider time) => new(new MemoryStore(time));
}

public sealed class MemoryBlobStoreTests : BlobStoreContract
{
    protected override ValueTask<IStore> MakeAsync(TimeProvider time) => new(new MemoryStore(time));
}

public sealed class MemoryCheckpointStoreTests : CheckpointStoreContract
{
    protected override ValueTask<IStore> MakeAsync(TimeProvider time) => new(new MemoryStore(time));
}

public sealed class MemoryRecordLogStoreTests : RecordLogStoreContract
{
    protected override ValueTask<IStore> MakeAsync(TimeProvider time) => new(new MemoryStore(time));
}

public sealed class MemoryRecordLogWaitTests : RecordLogWaitContract
{
    protected override ValueTask<IStore> MakeAsync(TimeProvider time) => new(new MemoryStore(time));
}

public sealed class MemoryQueueStoreTests : QueueStoreContract
{
    protected override ValueTask<IStore> MakeAsync(TimeProvider time) => new(new MemoryStore(time));
}

public sealed class MemoryQueueOrderTests : QueueOrderContract
{
    protected override ValueTask<IStore> MakeAsync(TimeProvider time) => new(new MemoryStore(time));
}
