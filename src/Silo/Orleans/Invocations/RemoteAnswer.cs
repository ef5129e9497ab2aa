using System.Buffers;
using Dispatcher.Contracts.Invocations;

namespace Dispatcher.Silo.Orleans.Invocations;

/// <summary>
/// The silo's end of an answer that goes to a caller of a gateway, part after part. A gateway that is gone takes its caller along:
/// the function then runs on to its end.
/// </summary>
internal sealed class RemoteAnswer(IAnswerObserver gateway) : IAnswerSink
{
    private bool _gone;

    /// <inheritdoc/>
    public bool HasBegun { get; private set; }

    /// <inheritdoc/>
    public async ValueTask WriteAsync(string version, ReadOnlySequence<byte> part, CancellationToken cancellation)
    {
        HasBegun = true;
        if (_gone)
        {
            return;
        }

        try
        {
            await gateway.WriteAsync(version, part.ToArray()).WaitAsync(cancellation);
        }
        catch (Exception) when (!cancellation.IsCancellationRequested)
        {
            // Its caller sees the connection end without the end of the answer.
            _gone = true;
        }
    }
}
