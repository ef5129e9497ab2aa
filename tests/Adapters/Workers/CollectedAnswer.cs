using System.Buffers;
using System.Text;
using Dispatcher.Contracts.Invocations;

namespace Dispatcher.Adapters.Tests.Workers;

/// <summary>A caller of a streaming function: takes what comes, and stops taking where a test says so.</summary>
internal sealed class CollectedAnswer : IAnswerSink
{
    private readonly Lock _gate = new();
    private readonly StringBuilder _text = new();
    private TaskCompletionSource _open = Opened();

    public bool HasBegun => Parts > 0;

    public int Parts { get; private set; }

    public long Bytes { get; private set; }

    public string? Version { get; private set; }

    public bool KeepsText { get; init; } = true;

    /// <summary>What came so far.</summary>
    public string Text
    {
        get
        {
            lock (_gate)
            {
                return _text.ToString();
            }
        }
    }

    /// <summary>Takes nothing any more until <see cref="Open"/>.</summary>
    public void Close() => _open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Open() => _open.TrySetResult();

    public async ValueTask WriteAsync(string version, ReadOnlySequence<byte> part, CancellationToken cancellation)
    {
        lock (_gate)
        {
            (Version, Parts, Bytes) = (version, Parts + 1, Bytes + part.Length);
            _ = KeepsText ? _text.Append(Encoding.UTF8.GetString(part)) : _text;
        }

        await _open.Task.WaitAsync(cancellation);
    }

    private static TaskCompletionSource Opened()
    {
        var open = new TaskCompletionSource();
        open.SetResult();
        return open;
    }
}
