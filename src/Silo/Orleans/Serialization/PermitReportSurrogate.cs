using Orleans;

namespace Dispatcher.Silo.Orleans.Serialization;

/// <summary>A report on its way between silos.</summary>
[GenerateSerializer]
[Alias("dispatcher.permits")]
internal struct PermitReportSurrogate
{
    /// <summary>The silo.</summary>
    [Id(0)]
    public string Silo;

    /// <summary>Rises with every report.</summary>
    [Id(1)]
    public long Number;

    /// <summary>What it has.</summary>
    [Id(2)]
    public int Allowed;

    /// <summary>What runs.</summary>
    [Id(3)]
    public int Inside;

    /// <summary>What waits.</summary>
    [Id(4)]
    public int Waiting;

    /// <summary>Whether the account's settings were changed.</summary>
    [Id(5)]
    public bool Changed;

    /// <summary>Whether it wants no more.</summary>
    [Id(6)]
    public bool Leaves;
}
