using System.Buffers.Binary;
using Dispatcher.Contracts.Records;
using Dispatcher.Pipeline.Shards;

namespace Dispatcher.Simulation.Tests;

/// <summary>Lets all but every n-th record pass.</summary>
internal sealed class SimFilter(int every) : IRecordFilter
{
    public bool Matches(in Record record) => Matches(BinaryPrimitives.ReadInt64LittleEndian(record.Data.Span));

    public bool Matches(long number) => number % every != 0;
}
