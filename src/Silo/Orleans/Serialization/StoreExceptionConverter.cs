using Dispatcher.Contracts.Store;
using Orleans;

namespace Dispatcher.Silo.Orleans.Serialization;

/// <summary>
/// Carries a <see cref="StoreException"/> between silos. Orleans carries only exceptions of .NET by itself: callers would take one of
/// ours for a failure of the serializer. What is inside it stays where it was thrown.
/// </summary>
[RegisterConverter]
internal sealed class StoreExceptionConverter : IConverter<StoreException, StoreExceptionSurrogate>
{
    /// <inheritdoc/>
    public StoreException ConvertFromSurrogate(in StoreExceptionSurrogate surrogate) => new(surrogate.Message);

    /// <inheritdoc/>
    public StoreExceptionSurrogate ConvertToSurrogate(in StoreException value) => new() { Message = value.Message };
}
