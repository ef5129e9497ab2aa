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

    /// <summary>How many are called back from others.</summary>
    [Id(1)]
    public int Recalled;

    /// <summary>How many others have.</summary>
    [Id(2)]
    public int Elsewhere;
}
