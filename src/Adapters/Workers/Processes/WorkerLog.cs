using System.Text;
using Dispatcher.Contracts;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Adapters.Workers.Processes;

/// <summary>
/// What one worker writes: every line goes to the log with function, request and stream, and the last 4 KB of the running
/// invocation, or of the initialisation before the first one, are kept. Lines beyond <see cref="Limits.WorkerLogBytesPerSecond"/> are counted instead of logged.
/// </summary>
internal sealed partial class WorkerLog(string function, ILogger log, TimeProvider clock)
{
    private readonly List<OutputStream> _streams = [];
    private readonly LogTail _tail = new();
    private Guid _request;
    private bool _running;
    private long _second;
    private long _bytes;
    private long _dropped;

    /// <summary>Guards this log and its streams.</summary>
    public object Gate { get; } = new();

    /// <summary>Adds an output of the worker.</summary>
    public void Attach(OutputStream stream, OutputPump pump)
    {
        _streams.Add(stream);
        pump.Add(stream);
    }

    /// <summary>An invocation begins: what is written from now on is its own.</summary>
    public void Begin(Guid request, string version)
    {
        Drain();
        lock (Gate)
        {
            (_request, _running) = (request, true);
            _tail.Clear();
            _tail.Write(Encoding.UTF8.GetBytes($"START RequestId: {request} Version: {version}\n"));
        }
    }

    /// <summary>The invocation is over: reads what it wrote, returns the tail with the last lines given.</summary>
    /// <param name="wanted">Whether the tail is wanted; else it is empty.</param>
    /// <param name="lastLines">END and REPORT; asked for only where the tail is wanted.</param>
    public byte[] End(bool wanted, Func<string> lastLines)
    {
        Drain();
        lock (Gate)
        {
            _running = false;
            if (!wanted)
            {
                return [];
            }

            _tail.Write(Encoding.UTF8.GetBytes(lastLines()));
            return _tail.ToArray();
        }
    }

    /// <summary>The worker has ended: reads what is left and closes its outputs.</summary>
    public void Close()
    {
        foreach (var stream in _streams)
        {
            stream.Close();
        }

        lock (Gate)
        {
            ReportDropped();
        }
    }

    /// <summary>Bytes came, as they are. Called under <see cref="Gate"/>.</summary>
    public void Wrote(ReadOnlySpan<byte> bytes)
        => _tail.Write(bytes);

    /// <summary>A line came, without its end. Called under <see cref="Gate"/>.</summary>
    public void Line(string stream, ReadOnlySpan<byte> line)
    {
        if (!log.IsEnabled(LogLevel.Information) || !HasRoom(line.Length))
        {
            return;
        }

        var text = Encoding.UTF8.GetString(line.TrimEnd((byte)'\r'));
        if (_running)
        {
            LogLine(function, _request, stream, text);
        }
        else
        {
            LogLineOutside(function, stream, text);
        }
    }

    private void Drain()
    {
        foreach (var stream in _streams)
        {
            stream.Drain();
        }
    }

    private bool HasRoom(int bytes)
    {
        var second = clock.GetTimestamp() / clock.TimestampFrequency;
        if (second != _second)
        {
            ReportDropped();
            (_second, _bytes) = (second, 0);
        }

        _bytes += bytes;
        if (_bytes <= Limits.WorkerLogBytesPerSecond)
        {
            return true;
        }

        _dropped += bytes;
        return false;
    }

    private void ReportDropped()
    {
        if (_dropped > 0)
        {
            LogFlood(function, _dropped, Limits.WorkerLogBytesPerSecond);
            _dropped = 0;
        }
    }
}
