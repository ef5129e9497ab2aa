namespace Dispatcher.Adapters.RabbitMq;

/// <summary>What is to be acknowledged on a channel.</summary>
/// <param name="Multiple">Everything up to this delivery tag at once; 0 for nothing. The tag itself is open.</param>
/// <param name="Singles">Tags above it, one by one.</param>
internal readonly record struct AckPlan(long Multiple, IReadOnlyList<long> Singles);
