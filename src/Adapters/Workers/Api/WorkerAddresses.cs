using System.Buffers.Binary;
using System.Net;

namespace Dispatcher.Adapters.Workers.Api;

/// <summary>The loopback addresses of workers: 127.1.0.1 to 127.254.255.254, drawn at random, one per worker.</summary>
internal sealed class WorkerAddresses(Random random)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<uint, Worker> _workers = [];

    /// <summary>All workers.</summary>
    public Worker[] All
    {
        get
        {
            lock (_gate)
            {
                return [.. _workers.Values];
            }
        }
    }

    /// <summary>Makes a worker with a free address.</summary>
    public Worker Add(Func<IPAddress, Worker> make)
    {
        lock (_gate)
        {
            uint key;
            do
            {
                key = (127u << 24) | ((uint)random.Next(1, 255) << 16) | ((uint)random.Next(0, 256) << 8) | (uint)random.Next(1, 255);
            }
            while (_workers.ContainsKey(key));

            var bytes = new byte[4];
            BinaryPrimitives.WriteUInt32BigEndian(bytes, key);
            return _workers[key] = make(new IPAddress(bytes));
        }
    }

    /// <summary>The worker with an address; null where it is nobody's.</summary>
    public Worker? Find(IPAddress address)
    {
        lock (_gate)
        {
            return TryKey(address, out var key) ? _workers.GetValueOrDefault(key) : null;
        }
    }

    /// <summary>Frees the address of a worker.</summary>
    public void Remove(Worker worker)
    {
        lock (_gate)
        {
            if (TryKey(worker.Address, out var key))
            {
                _workers.Remove(key);
            }
        }
    }

    private static bool TryKey(IPAddress address, out uint key)
    {
        Span<byte> bytes = stackalloc byte[16];
        var isKnown = address.TryWriteBytes(bytes, out var count) && count == 4;
        key = isKnown ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : 0;
        return isKnown;
    }
}
