using Dispatcher.Contracts.Sources;
using RabbitMQ.Client;

namespace Dispatcher.Adapters.RabbitMq;

/// <summary>
/// Turns a starting position into an offset of a stream. AMQP 0-9-1 cannot ask for offsets, so it reads: a consumer that
/// begins at a time gets the first message at or after it (the broker finds the chunk, so the chunk's earlier messages come
/// too), and one that begins at <c>last</c> gets the last chunk, whose last message is followed by silence.
/// </summary>
internal sealed class StreamOffsets(RabbitMqConnection connection, TimeProvider time)
{
    private static readonly TimeSpan s_first = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_silence = TimeSpan.FromMilliseconds(200);

    /// <summary>The offset; one that was trimmed in the meantime is read from the oldest message on.</summary>
    /// <exception cref="SourceException">The broker could not be asked.</exception>
    public async ValueTask<long> ResolveAsync(StartAt at, CancellationToken cancellation)
    {
        try
        {
            return at switch
            {
                StartAt.TrimHorizon => 0,
                StartAt.AtTimestamp from => await AtAsync(from.Time, cancellation),
                _ => await LatestAsync(cancellation),
            };
        }
        catch (Exception e) when (!RabbitMqConnection.Cancelled(e, cancellation))
        {
            throw RabbitMqErrors.Translate(e, connection.Plan);
        }
    }

    private async ValueTask<long> AtAsync(DateTimeOffset from, CancellationToken cancellation)
    {
        var offset = new AmqpTimestamp(from.ToUnixTimeSeconds());
        await using var session = await OffsetSession.OpenAsync(connection, offset, time, cancellation);
        return await session.NextAsync(s_first, cancellation) ?? await LatestAsync(cancellation);
    }

    private async ValueTask<long> LatestAsync(CancellationToken cancellation)
    {
        await using var session = await OffsetSession.OpenAsync(connection, "last", time, cancellation);
        if (await session.NextAsync(s_first, cancellation) is not { } seen)
        {
            return await session.CountAsync(connection.Plan.Queue, cancellation) == 0
                ? 0
                : throw new SourceException(
                    SourceErrorKind.Unavailable, $"stream '{connection.Plan.Queue}' has messages but delivers none");
        }

        var start = time.GetTimestamp();
        while (time.GetElapsedTime(start) < s_first && await session.NextAsync(s_silence, cancellation) is { } offset)
        {
            seen = offset;
        }

        return seen + 1;
    }
}
