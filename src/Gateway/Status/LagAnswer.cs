namespace Dispatcher.Gateway.Status;

/// <summary>What an autoscaler reads.</summary>
/// <param name="Lag">Records that wait; left out where that is not known.</param>
/// <param name="Mappings">How many mappings were asked.</param>
/// <param name="Message">Why the lag is not known.</param>
internal sealed record LagAnswer(long? Lag, int Mappings, string? Message);
