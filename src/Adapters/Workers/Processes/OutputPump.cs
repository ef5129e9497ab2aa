using System.Collections.Concurrent;
using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Dispatcher.Adapters.Workers.Processes;

/// <summary>
/// Reads the output of all workers on one thread of its own. Reads are made under the stream's lock, so that the end of
/// an invocation can read what is there itself and knows that nothing is on its way between kernel and log.
/// </summary>
internal sealed unsafe class OutputPump : IDisposable
{
    private const int EventsAtOnce = 64;
    private const long StopId = 0;

    private readonly ConcurrentDictionary<long, OutputStream> _streams = new();
    private readonly int _epoll = Checked(Native.EpollCreate(Native.CloseOnExec));
    private readonly int _stop = Checked(Native.EventFd(0, Native.CloseOnExec));
    private readonly Thread _thread;
    private long _lastId = StopId;

    public OutputPump()
    {
        Watch(_stop, StopId);
        _thread = new Thread(Run) { IsBackground = true, Name = "worker output" };
        _thread.Start();
    }

    /// <summary>Begins to read a stream.</summary>
    public void Add(OutputStream stream)
    {
        var id = Interlocked.Increment(ref _lastId);
        _streams[id] = stream;
        stream.Ended = () => Remove(id, stream.Descriptor);
        Watch(stream.Descriptor, id);
    }

    /// <summary>Stops the thread. Streams are closed by their owners.</summary>
    public void Dispose()
    {
        ulong one = 1;
        Checked((int)Native.Write(_stop, (byte*)&one, sizeof(ulong)));
        _thread.Join();
        _ = Native.Close(_epoll);
        _ = Native.Close(_stop);
    }

    private void Run()
    {
        var events = stackalloc byte[EventsAtOnce * Native.EventSize];
        while (true)
        {
            var count = Native.EpollWait(_epoll, events, EventsAtOnce, -1);
            if (count < 0 && Marshal.GetLastPInvokeError() != Native.Interrupted)
            {
                throw new Win32Exception();
            }

            for (var i = 0; i < count; i++)
            {
                var id = *(long*)(events + (i * Native.EventSize) + Native.EventData);
                if (id == StopId)
                {
                    return;
                }

                if (_streams.TryGetValue(id, out var stream))
                {
                    stream.ReadOnce();
                }
            }
        }
    }

    private void Watch(int descriptor, long id)
    {
        var entry = stackalloc byte[Native.EventSize];
        *(int*)entry = Native.EpollIn;
        *(long*)(entry + Native.EventData) = id;
        Checked(Native.EpollControl(_epoll, Native.EpollAdd, descriptor, entry));
    }

    private void Remove(long id, int descriptor)
    {
        var unused = stackalloc byte[Native.EventSize];
        if (_streams.TryRemove(id, out _))
        {
            Checked(Native.EpollControl(_epoll, Native.EpollDelete, descriptor, unused));
        }
    }

    private static int Checked(int result) => result >= 0 ? result : throw new Win32Exception();
}
