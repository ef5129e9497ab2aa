namespace Dispatcher.Contracts.Grains;

/// <summary>What a silo does with the permits of one key, and what it wants.</summary>
/// <param name="Silo">The silo; one that starts again has another name.</param>
/// <param name="Number">Rises with every report of the silo; an older one that comes late counts for nothing.</param>
/// <param name="Allowed">Permits that it has at this moment: it does not take over answers to earlier reports any more.</param>
/// <param name="Inside">Invocations that run; more than it is allowed where permits were called back or have expired.</param>
/// <param name="Waiting">Invocations that wait for a permit.</param>
public sealed record PermitReport(string Silo, long Number, int Allowed, int Inside, int Waiting)
{
    /// <summary>True: what is set aside of the account's concurrency was changed since the last report.</summary>
    public bool Changed { get; init; }

    /// <summary>True: nothing of the key runs or waits here any more; the silo wants no loan.</summary>
    public bool Leaves { get; init; }
}
