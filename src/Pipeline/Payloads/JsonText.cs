using System.Text.Encodings.Web;

namespace Dispatcher.Pipeline.Payloads;

/// <summary>Escapes text for the inside of a JSON string.</summary>
internal static class JsonText
{
    public static string Escape(string text) => JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(text);
}
