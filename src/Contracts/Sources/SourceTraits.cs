namespace Dispatcher.Contracts.Sources;

/// <summary>What the shard engine has to know of a source.</summary>
/// <param name="Kind">Which payload shape its records have.</param>
/// <param name="Ordered">True: a record's key binds it to a lane. False: any free lane takes it (queues).</param>
/// <param name="BrokerKeepsPosition">
/// True: the broker remembers what was acknowledged and positions mean nothing after a reconnect (queues), so of a stored
/// checkpoint only the open tumbling windows and the batches in trouble are used to go on.
/// </param>
public sealed record SourceTraits(SourceKind Kind, bool Ordered, bool BrokerKeepsPosition)
{
    /// <summary>
    /// True: the source takes failed records back by <see cref="IShardReader.Return"/> and decides when they come again.
    /// </summary>
    public bool TakesBack { get; init; }
}
