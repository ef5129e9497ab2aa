namespace Dispatcher.Contracts.Grains;

/// <summary>Permits lent to a silo, until <see cref="Limits.PermitUseMs"/> after it sent the report that this answers.</summary>
/// <param name="Permits">How many it may use; 0 or more. Fewer than before: it begins nothing until enough have ended.</param>
/// <param name="Recalled">Permits that lie idle on other silos and are called back; they may come with one of the next answers.</param>
/// <param name="Elsewhere">Permits that other silos have, idle or not, as far as this one could use more.</param>
public sealed record PermitLoan(int Permits, int Recalled, int Elsewhere = 0);
