namespace Dispatcher.Contracts.Grains;

/// <summary>Permits lent to a silo.</summary>
/// <param name="Permits">How many; 0 or more.</param>
/// <param name="ExpiresMs">Milliseconds since 1970 after which the silo must not start an invocation with them.</param>
public sealed record PermitLoan(int Permits, long ExpiresMs);
