namespace Dispatcher.Contracts.Grains;

/// <summary>
/// Lends the concurrency of one function to silos; the key is its name, or
/// <see cref="Functions.AccountConcurrency.UnreservedKey"/> for what functions without a reservation share. With the key
/// <c>mapping:UUID</c> it lends the maximum of a mapping.
/// </summary>
public interface IFunctionGrain
{
    /// <summary>
    /// A silo says what it does with its permits and gets its loan anew. The sum of what silos may use never exceeds the
    /// concurrency. A silo that is not heard of keeps its permits until it is certain that it uses none.
    /// </summary>
    Task<PermitLoan> RenewAsync(PermitReport report, CancellationToken cancellation);
}
