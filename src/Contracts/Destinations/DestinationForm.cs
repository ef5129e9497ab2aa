namespace Dispatcher.Contracts.Destinations;

/// <summary>What a destination's messages look like.</summary>
public enum DestinationForm
{
    /// <summary>One message for a batch, which says where the records are (and has them, where the source keeps none).</summary>
    Batch,

    /// <summary>One message for each record, with the record and its key: <c>kafka://topic</c>.</summary>
    Record,
}
