namespace Dispatcher.Pipeline.Permits;

/// <summary>Those of one flow who wait for permits of one function, in the order in which they came.</summary>
/// <param name="holder">The function.</param>
/// <param name="flow">The UUID of a mapping, <c>async</c>, or empty for synchronous calls.</param>
internal sealed class PermitQueue(PermitHolder holder, string flow)
{
    /// <summary>The flow of synchronous calls.</summary>
    public const string Sync = "";

    /// <summary>The function.</summary>
    public PermitHolder Holder => holder;

    /// <summary>Who waits here.</summary>
    public string Flow => flow;

    /// <summary>Whether those here wait as long as it takes.</summary>
    public bool IsBackground => flow.Length > 0;

    /// <summary>Those who wait.</summary>
    public LinkedList<PermitWaiter> Waiting { get; } = new();
}
