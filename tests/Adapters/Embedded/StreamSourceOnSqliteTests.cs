using Dispatcher.Contracts.Store;
using Dispatcher.Testing;

namespace Dispatcher.Adapters.Tests.Embedded;

/// <summary>The same promises over the store that a server has by default.</summary>
public sealed class StreamSourceOnSqliteTests : StreamSourceTests
{
    private readonly TempFolder _folder = new();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }

    protected override IStore Make(TimeProvider time) => Sqlite.Sqlite.Make(_folder.Path, time);
}
