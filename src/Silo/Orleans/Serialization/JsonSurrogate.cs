using Orleans;

namespace Dispatcher.Silo.Orleans.Serialization;

/// <summary>
/// A contract type on its way between silos: its JSON in UTF-8. By name, so that silos of two versions understand each other
/// during an upgrade.
/// </summary>
/// <typeparam name="T">The type that it stands for; keeps the surrogates of two types apart.</typeparam>
[GenerateSerializer]
[Alias("dispatcher.json`1")]
internal struct JsonSurrogate<T>
{
    /// <summary>The JSON.</summary>
    [Id(0)]
    public byte[] Utf8;
}
