using Orleans;

namespace Dispatcher.Silo.Orleans.Serialization;

/// <summary>A loan on its way between silos.</summary>
[GenerateSerializer]
[Alias("dispatcher.loan")]
internal struct PermitLoanSurrogate
{
    /// <summary>How many.</summary>
    [Id(0)]
    public int Permits;

    /// <summary>Milliseconds since 1970.</summary>
    [Id(1)]
    public long ExpiresMs;
}
