namespace Dispatcher.Contracts.Sources;

/// <summary>A record that goes back to its source.</summary>
/// <param name="Position">Its position.</param>
/// <param name="Tried">
/// True where the function got it and failed; false where it only waited behind such a record under the same key.
/// </param>
public readonly record struct ReturnedRecord(long Position, bool Tried);
