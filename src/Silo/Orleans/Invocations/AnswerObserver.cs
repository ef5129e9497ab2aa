using System.Buffers;
using Dispatcher.Contracts.Invocations;

namespace Dispatcher.Silo.Orleans.Invocations;

/// <summary>Hands what a silo streams to the caller of this gateway.</summary>
internal sealed class AnswerObserver(IAnswerSink caller, CancellationToken cancellation) : IAnswerObserver
{
    /// <inheritdoc/>
    public Task WriteAsync(string version, byte[] part) => caller.WriteAsync(version, new ReadOnlySequence<byte>(part), cancellation).AsTask();
}
