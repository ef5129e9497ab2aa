namespace Dispatcher.Adapters.Sqlite;

/// <summary>One caller's write, waiting for its place in a transaction.</summary>
internal abstract class WriteJob(int bytes, CancellationToken cancellation)
{
    /// <summary>About how much it writes; limits the size of a transaction.</summary>
    public int Bytes { get; } = bytes;

    /// <summary>Whether the caller gave up before the writer came to it.</summary>
    public bool IsCancelled => Cancellation.IsCancellationRequested;

    /// <summary>
    /// Whether it writes by a single statement and nothing fails after that: SQLite undoes a statement that fails by itself. All
    /// others begin at a savepoint, which is dear: each makes SQLite copy every page that is changed after it.
    /// </summary>
    public virtual bool IsOneStatement => false;

    /// <summary>The caller's token; it counts only until the writer takes the job.</summary>
    protected CancellationToken Cancellation { get; } = cancellation;

    /// <summary>Does the work inside the transaction and keeps the result.</summary>
    public abstract void Apply(Connection connection);

    /// <summary>Tells the caller that the work is durable.</summary>
    public abstract void Complete();

    /// <summary>Tells the caller that nothing was written, unless it was told before.</summary>
    public abstract void Fail(Exception exception);

    /// <summary>Tells the caller that nothing was tried.</summary>
    public abstract void Cancel();
}
