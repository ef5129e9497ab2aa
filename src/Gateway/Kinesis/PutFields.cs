namespace Dispatcher.Gateway.Kinesis;

/// <summary>The members of one record while it is read.</summary>
internal struct PutFields
{
    public ReadOnlyMemory<byte>? Data;
    public ReadOnlyMemory<byte>? Key;
    public UInt128? Hash;
}
