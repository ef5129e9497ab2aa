using Dispatcher.Contracts.Records;
using Dispatcher.Pipeline.Payloads;

namespace Dispatcher.Simulation.Tests;

/// <summary>Every record takes ten bytes.</summary>
internal sealed class SimShape : IPayloadShape
{
    public int EnvelopeBytes => 4;

    public int Bound(in Record record) => 10;

    public void Begin(PayloadBuffer buffer)
    {
    }

    public void Append(PayloadBuffer buffer, in Record record)
    {
    }

    public void End(PayloadBuffer buffer)
    {
    }
}
