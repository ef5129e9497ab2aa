namespace Dispatcher.Pipeline.Permits;

/// <summary>What a silo does with the permits of one key.</summary>
/// <param name="Allowed">Permits that it has.</param>
/// <param name="Inside">Those in use; more than it has where some were called back.</param>
/// <param name="Waiting">Invocations that wait for one.</param>
internal readonly record struct PermitUse(int Allowed, int Inside, int Waiting);
