using Dispatcher.Contracts.Store;

namespace Dispatcher.Contracts.Queues;

/// <summary>A received message with what was kept beside its body.</summary>
/// <param name="Message">As the store has it.</param>
/// <param name="Content">Its attributes.</param>
public sealed record QueueReceived(QueueMessage Message, QueueContent Content)
{
    /// <summary>The sequence number of a message in a FIFO queue: 20 digits.</summary>
    public static string SequenceText(long sequence) => sequence.ToString("D20", System.Globalization.CultureInfo.InvariantCulture);
}
