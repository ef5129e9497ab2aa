using System.Collections.Concurrent;
using Orleans.Runtime;

namespace Dispatcher.Silo.Orleans.Warm;

/// <summary>
/// Which other silos have free workers, as they last said. A hint: reports are half a second old, and what is wrong costs a cold
/// start there instead of here.
/// </summary>
internal sealed class WarmBoard
{
    private readonly ConcurrentDictionary<SiloAddress, ConcurrentDictionary<string, int>> _silos = new();

    /// <summary>A silo says what is free there now; what it does not name is not.</summary>
    public void Hear(SiloAddress silo, string[] versions, int[] idle)
        => _silos[silo] = new(versions.Zip(idle, KeyValuePair.Create), StringComparer.Ordinal);

    /// <summary>Forgets silos that are no members any more.</summary>
    public void Keep(IReadOnlySet<SiloAddress> members)
    {
        foreach (var gone in _silos.Keys.Where(silo => !members.Contains(silo)))
        {
            _silos.TryRemove(gone, out _);
        }
    }

    /// <summary>Takes a free worker of the silo that has most of them; null where nobody has one.</summary>
    public SiloAddress? Take(string version)
    {
        while (Best(version) is (var silo, var idle, var count) && count > 0)
        {
            if (idle.TryUpdate(version, count - 1, count))
            {
                return silo;
            }
        }

        return null;
    }

    private (SiloAddress? Silo, ConcurrentDictionary<string, int> Idle, int Count) Best(string version)
    {
        (SiloAddress?, ConcurrentDictionary<string, int>, int Count) best = (null, [], 0);
        foreach (var (silo, idle) in _silos)
        {
            if (idle.GetValueOrDefault(version) is var count && count > best.Count)
            {
                best = (silo, idle, count);
            }
        }

        return best;
    }
}
