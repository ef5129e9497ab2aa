using Dispatcher.Contracts.Records;
using Dispatcher.Pipeline.Payloads;

namespace Dispatcher.Pipeline.Tests.Shards;

/// <summary>A shape whose records take as many bytes as their data.</summary>
internal sealed class PlainShape : IPayloadShape
{
    public int EnvelopeBytes => 0;

    public int Bound(in Record record) => record.Data.Length;

    public void Begin(PayloadBuffer buffer)
    {
    }

    public void Append(PayloadBuffer buffer, in Record record) => buffer.Raw(record.Data.Span);

    public void End(PayloadBuffer buffer)
    {
    }
}
