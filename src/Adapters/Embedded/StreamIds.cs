namespace Dispatcher.Adapters.Embedded;

/// <summary>Makes the ids of streams and says where a new stream's positions begin.</summary>
internal sealed class StreamIds(TimeProvider time, Random random)
{
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz0123456789";

    private readonly Lock _lock = new();

    /// <summary>A new id in the form of AWS's StreamId: twenty characters, a dash, three characters.</summary>
    public string Next()
    {
        lock (_lock)
        {
            return $"{random.GetString(Alphabet, 20)}-{random.GetString(Alphabet, 3)}";
        }
    }

    /// <summary>Milliseconds since 1970.</summary>
    public long NowMs() => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>
    /// The first position of a stream created then: above those of any earlier stream of the same name, so that a checkpoint
    /// or a sequence number of that one can never skip records of the new one.
    /// </summary>
    public static long FirstPosition(long createdMs) => createdMs * 1_000_000;
}
