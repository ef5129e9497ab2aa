namespace Dispatcher.Contracts.Grains;

/// <summary>
/// What a lender has lent at most, written before it lends more: a lender that goes on elsewhere knows it. Whoever writes the
/// document takes it from the one before: the revision fences.
/// </summary>
public sealed record PermitLedger
{
    /// <summary>Permits by silo.</summary>
    public IReadOnlyDictionary<string, int> Loans { get; set; } = new Dictionary<string, int>();
}
