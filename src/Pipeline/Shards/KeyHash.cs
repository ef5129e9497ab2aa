using Dispatcher.Contracts.Records;

namespace Dispatcher.Pipeline.Shards;

/// <summary>Which lane a record goes to. The same key always goes to the same lane, in every process.</summary>
internal static class KeyHash
{
    /// <summary>The lane of a record. Records with a null key have no order among each other and are spread.</summary>
    public static int Lane(in Record record, int lanes)
    {
        if (lanes == 1)
        {
            return 0;
        }

        var hash = (record.Flags & RecordFlags.NullKey) != 0 ? (ulong)record.Position : Fnv(record.Key.Span);
        return (int)(Mix(hash) % (uint)lanes);
    }

    private static ulong Fnv(ReadOnlySpan<byte> key)
    {
        var hash = 14695981039346656037UL;
        foreach (var one in key)
        {
            hash = (hash ^ one) * 1099511628211UL;
        }

        return hash;
    }

    /// <summary>Spreads FNV's weak low bits (the finisher of MurmurHash3).</summary>
    private static ulong Mix(ulong hash)
    {
        hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccdUL;
        hash = (hash ^ (hash >> 33)) * 0xc4ceb9fe1a85ec53UL;
        return hash ^ (hash >> 33);
    }
}
