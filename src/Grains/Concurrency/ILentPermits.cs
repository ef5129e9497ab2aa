using Dispatcher.Pipeline.Permits;

namespace Dispatcher.Grains.Concurrency;

/// <summary>Permits that are lent to this silo and handed out here, by key.</summary>
internal interface ILentPermits
{
    /// <summary>What is done with the permits of a key now.</summary>
    PermitUse Use(string key);

    /// <summary>Sets how many permits of a key this silo may use, and until when. Only where they are lent.</summary>
    /// <param name="key">The key.</param>
    /// <param name="permits">How many.</param>
    /// <param name="until">The clock's time stamp after which nothing is begun with them.</param>
    void Lend(string key, int permits, long until);

    /// <summary>Gives back all permits of a key, if nothing runs or waits.</summary>
    bool TryGiveBack(string key);
}
