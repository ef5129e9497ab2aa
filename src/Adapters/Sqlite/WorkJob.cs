namespace Dispatcher.Adapters.Sqlite;

/// <summary>A write that is said by a function.</summary>
internal sealed class WorkJob<T>(Func<Connection, T> work, int bytes, CancellationToken cancellation) : ResultJob<T>(bytes, cancellation)
{
    protected override T Work(Connection connection) => work(connection);
}
