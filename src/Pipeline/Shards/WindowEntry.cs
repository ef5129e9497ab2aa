namespace Dispatcher.Pipeline.Shards;

/// <summary>One record that was read: where it is and whether its outcome is known.</summary>
internal struct WindowEntry
{
    public long Position;
    public long ArrivedMs;
    public PageHold? Hold;
    public int Index;
    public int Size;
    public bool Done;
}
