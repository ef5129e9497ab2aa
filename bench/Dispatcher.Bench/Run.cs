namespace Dispatcher.Bench;

/// <summary>One reading of a whole source.</summary>
/// <param name="Records">How many records were read.</param>
/// <param name="Took">From the first record to the last one.</param>
/// <param name="Cpu">Processor time of the whole process, beginning and end included.</param>
internal sealed record Run(int Records, TimeSpan Took, TimeSpan Cpu)
{
    public double PerSecond => Records / Took.TotalSeconds;

    /// <summary>Processor time per record, in microseconds.</summary>
    public double CpuMicros => Cpu.TotalMicroseconds / Records;
}
