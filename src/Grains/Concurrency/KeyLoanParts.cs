using Dispatcher.Contracts.Grains;

namespace Dispatcher.Grains.Concurrency;

/// <summary>What the loans of a silo work with.</summary>
/// <param name="Permits">Where the permits are used.</param>
/// <param name="Grains">Who lends.</param>
/// <param name="Silos">Who this silo is.</param>
/// <param name="Time">The clock.</param>
/// <param name="Failed">Told of the first of several failures in a row.</param>
internal sealed record KeyLoanParts(ILentPermits Permits, IGrainDirectory Grains, ISilos Silos, TimeProvider Time, Action<string, Exception> Failed);
