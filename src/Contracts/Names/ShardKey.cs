namespace Dispatcher.Contracts.Names;

/// <summary>Names one shard as one mapping sees it: the unit of order, of ownership and of a checkpoint.</summary>
/// <param name="Mapping">The mapping.</param>
/// <param name="Shard">The source's own name of the shard: <c>shardId-000000000000</c>, <c>topic-3</c>, <c>queue#0</c>.</param>
public readonly record struct ShardKey(MappingId Mapping, string Shard)
{
    /// <summary><c>uuid/shard</c>, the key of the shard's grain.</summary>
    public override string ToString() => $"{Mapping}/{Shard}";

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <exception cref="FormatException">The text is not of that form.</exception>
    public static ShardKey Parse(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && MappingId.TryParse(text[..slash], out var mapping)
            ? new ShardKey(mapping, text[(slash + 1)..])
            : throw new FormatException($"'{text}' is not a shard key");
    }
}
