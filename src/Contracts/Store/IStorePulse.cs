namespace Dispatcher.Contracts.Store;

/// <summary>Whether the store answers this process: known in a cluster once it works on shards.</summary>
public interface IStorePulse
{
    /// <summary>Whether the store has been asked and has answered within the lease time.</summary>
    bool Answers { get; }

    /// <summary>Whether the store has been asked and no lease of this process can be good any more for want of an answer.</summary>
    bool Lapsed { get; }

    /// <summary>How long a lease holds without a word from the store.</summary>
    TimeSpan LeaseTime { get; }
}
