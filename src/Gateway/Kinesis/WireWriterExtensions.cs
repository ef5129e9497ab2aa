namespace Dispatcher.Gateway.Kinesis;

/// <summary>Members of an object in one line each.</summary>
internal static class WireWriterExtensions
{
    public static void Text(this IWireWriter writer, string name, string value)
    {
        writer.Name(name);
        writer.Text(value);
    }

    public static void Number(this IWireWriter writer, string name, long value)
    {
        writer.Name(name);
        writer.Number(value);
    }

    public static void Flag(this IWireWriter writer, string name, bool value)
    {
        writer.Name(name);
        writer.Flag(value);
    }

    public static void Time(this IWireWriter writer, string name, long milliseconds)
    {
        writer.Name(name);
        writer.Time(milliseconds);
    }

    public static void Object<T>(this IWireWriter writer, string name, T state, Action<IWireWriter, T> members)
    {
        writer.Name(name);
        writer.StartObject();
        members(writer, state);
        writer.EndObject();
    }

    public static void List<T>(this IWireWriter writer, string name, IEnumerable<T> items, Action<IWireWriter, T> item)
    {
        writer.Name(name);
        writer.StartList();
        foreach (var one in items)
        {
            item(writer, one);
        }

        writer.EndList();
    }
}
