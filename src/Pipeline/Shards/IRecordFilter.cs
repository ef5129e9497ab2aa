using Dispatcher.Contracts.Records;

namespace Dispatcher.Pipeline.Shards;

/// <summary>Decides which records the function sees.</summary>
internal interface IRecordFilter
{
    /// <summary>Whether the record is for the function.</summary>
    bool Matches(in Record record);
}
