using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Dispatcher.Pipeline.Payloads;

/// <summary>AMQP header tables in AWS's form: texts and bytes as <c>{"bytes":[…]}</c>, numbers as numbers.</summary>
internal static class AmqpHeaders
{
    public static void Write(Utf8JsonWriter writer, IReadOnlyDictionary<string, object?>? headers)
    {
        if (headers is null)
        {
            writer.WriteNullValue();
            return;
        }

        writer.WriteStartObject();
        foreach (var (name, value) in headers)
        {
            writer.WritePropertyName(name);
            WriteValue(writer, value);
        }

        writer.WriteEndObject();
    }

    private static void WriteValue(Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case null:
                writer.WriteNullValue();
                break;
            case string text:
                WriteBytes(writer, Encoding.UTF8.GetBytes(text));
                break;
            case byte[] bytes:
                WriteBytes(writer, bytes);
                break;
            case bool flag:
                writer.WriteBooleanValue(flag);
                break;
            case double or float:
                WriteDouble(writer, Convert.ToDouble(value, CultureInfo.InvariantCulture));
                break;
            case decimal number:
                writer.WriteNumberValue(number);
                break;
            case DateTimeOffset time:
                writer.WriteNumberValue(time.ToUnixTimeSeconds());
                break;
            case IReadOnlyDictionary<string, object?> table:
                Write(writer, table);
                break;
            case IEnumerable<object?> list:
                writer.WriteStartArray();
                foreach (var item in list)
                {
                    WriteValue(writer, item);
                }

                writer.WriteEndArray();
                break;
            case ulong large:
                writer.WriteNumberValue(large);
                break;
            default:
                writer.WriteNumberValue(Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
        }
    }

    /// <summary>JSON has no NaN and no infinity: they become null.</summary>
    private static void WriteDouble(Utf8JsonWriter writer, double value)
    {
        if (double.IsFinite(value))
        {
            writer.WriteNumberValue(value);
        }
        else
        {
            writer.WriteNullValue();
        }
    }

    private static void WriteBytes(Utf8JsonWriter writer, ReadOnlySpan<byte> bytes)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("bytes");
        foreach (var one in bytes)
        {
            writer.WriteNumberValue((sbyte)one);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
