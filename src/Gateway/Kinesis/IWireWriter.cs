namespace Dispatcher.Gateway.Kinesis;

/// <summary>Writes an answer, in JSON or in CBOR.</summary>
internal interface IWireWriter : IDisposable
{
    void StartObject();

    void EndObject();

    void StartList();

    void EndList();

    /// <summary>The name of the next value.</summary>
    void Name(string name);

    void Text(string value);

    /// <summary>Text that is there as UTF-8.</summary>
    void Text(ReadOnlySpan<byte> utf8);

    void Number(long value);

    void Flag(bool value);

    void Bytes(ReadOnlySpan<byte> value);

    /// <summary>A point in time, in milliseconds since 1970.</summary>
    void Time(long milliseconds);

    /// <summary>Puts everything into the buffer that the writer was made for.</summary>
    void Finish();
}
