namespace Dispatcher.Pipeline.AsyncInvocations;

/// <summary>How long and how often an asynchronous event is tried.</summary>
/// <param name="Retries">Tries after a function error beyond the first one.</param>
/// <param name="MaximumAge">After which it is given up.</param>
/// <param name="FirstWait">Before the second try; twice that before the third.</param>
internal readonly record struct AsyncRules(int Retries, TimeSpan MaximumAge, TimeSpan FirstWait);
