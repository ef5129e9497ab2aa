using Dispatcher.Contracts.Grains;

namespace Dispatcher.Pipeline.Permits;

/// <summary>What a lender knows of one silo.</summary>
internal sealed class SiloLoan
{
    /// <summary>What it may use at most, with what runs beyond that.</summary>
    public int Counted { get; set; }

    /// <summary>Its last report; null where a lender before this one has lent to it and it was not heard of yet.</summary>
    public PermitReport? Report { get; set; }

    /// <summary>The lender's clock at the last report, milliseconds.</summary>
    public long HeardMs { get; set; }

    /// <summary>What it has to have for nobody to wait there.</summary>
    public int Need => Report is { } report ? report.Inside + report.Waiting : 0;

    /// <summary>What it has and does not use.</summary>
    public int Idle => Report is { } report ? Math.Max(0, Counted - report.Inside - report.Waiting) : 0;
}
