namespace Dispatcher.Contracts.Invocations;

/// <summary>Workers of one version of a function that could take an event at once.</summary>
/// <param name="Version">The version, by a name that means the same on every silo.</param>
/// <param name="Count">How many.</param>
public readonly record struct IdleWorkers(string Version, int Count);
