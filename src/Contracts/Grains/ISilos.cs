namespace Dispatcher.Contracts.Grains;

/// <summary>Port of the cluster's membership. There is none where this process is alone.</summary>
public interface ISilos
{
    /// <summary>The name of this silo; another one after every start.</summary>
    string Self { get; }

    /// <summary>The silos that are active, this one included, in an order that is the same on all of them.</summary>
    IReadOnlyList<string> Active { get; }

    /// <summary>Whether the members have given a silo up: it does not come back under that name.</summary>
    bool IsGone(string silo);
}
