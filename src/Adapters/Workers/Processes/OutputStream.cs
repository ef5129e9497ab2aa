using System.Runtime.InteropServices;
using Dispatcher.Contracts;

namespace Dispatcher.Adapters.Workers.Processes;

/// <summary>One output of a worker (a pipe), cut into lines for its <see cref="WorkerLog"/>.</summary>
internal sealed unsafe class OutputStream
{
    private readonly WorkerLog _log;
    private readonly SafeHandle _pipe;
    private readonly string _name;
    private readonly byte[] _line = new byte[Limits.WorkerLogLineBytes];
    private int _filled;
    private bool _closed;

    public OutputStream(WorkerLog log, SafeHandle pipe, string name)
    {
        (_log, _pipe, _name) = (log, pipe, name);
        Descriptor = (int)pipe.DangerousGetHandle();
        var flags = Native.Fcntl(Descriptor, Native.GetFlags, 0);
        _ = Native.Fcntl(Descriptor, Native.SetFlags, flags | Native.NonBlocking);
    }

    /// <summary>The pipe's file descriptor, open until <see cref="Close"/>.</summary>
    public int Descriptor { get; }

    /// <summary>Called once, under the log's lock, when nothing more will be read.</summary>
    public Action? Ended { get; set; }

    /// <summary>Reads one buffer of what is there.</summary>
    public void ReadOnce()
    {
        lock (_log.Gate)
        {
            Read();
        }
    }

    /// <summary>
    /// Reads what is there now and hands the last line out even where it has no end. A worker that writes without pause
    /// is not followed for ever.
    /// </summary>
    public void Drain()
    {
        lock (_log.Gate)
        {
            for (var reads = 0; reads < 64 && Read(); reads++)
            {
            }

            Flush();
        }
    }

    /// <summary>Reads what is left and closes the pipe.</summary>
    public void Close()
    {
        lock (_log.Gate)
        {
            if (_closed)
            {
                return;
            }

            Drain();
            End();
            _closed = true;
            _pipe.Dispose();
        }
    }

    private bool Read()
    {
        if (_closed)
        {
            return false;
        }

        nint count;
        fixed (byte* start = _line)
        {
            count = Native.Read(Descriptor, start + _filled, _line.Length - _filled);
        }

        if (count <= 0)
        {
            if (count == 0)
            {
                End();
            }

            return false;
        }

        _log.Wrote(_line.AsSpan(_filled, (int)count));
        _filled += (int)count;
        Split();
        return true;
    }

    private void Split()
    {
        var rest = _line.AsSpan(0, _filled);
        while (rest.IndexOf((byte)'\n') is >= 0 and var end)
        {
            _log.Line(_name, rest[..end]);
            rest = rest[(end + 1)..];
        }

        if (rest.Length == _line.Length)
        {
            Flush();
            return;
        }

        rest.CopyTo(_line);
        _filled = rest.Length;
    }

    private void Flush()
    {
        if (_filled > 0)
        {
            _log.Line(_name, _line.AsSpan(0, _filled));
            _filled = 0;
        }
    }

    private void End()
    {
        Flush();
        Ended?.Invoke();
        Ended = null;
    }
}
