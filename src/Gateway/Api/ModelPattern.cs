using System.Text;
using System.Text.RegularExpressions;
using Dispatcher.Contracts;

namespace Dispatcher.Gateway.Api;

/// <summary>Compiles the patterns of the API model, which are Java's and match whole values.</summary>
internal static class ModelPattern
{
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(Limits.PatternMs);

    /// <summary>The pattern for whole values; <c>\d</c> means ASCII digits as in Java.</summary>
    public static Regex Compile(string pattern)
        => new($@"\A(?:{AsciiDigits(pattern)})\z", RegexOptions.CultureInvariant, Longest);

    /// <summary>Whether a value is of the pattern.</summary>
    public static bool Matches(Regex pattern, string value)
    {
        try
        {
            return pattern.IsMatch(value);
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
    }

    private static string AsciiDigits(string pattern)
    {
        var text = new StringBuilder(pattern.Length + 32);
        var inClass = false;
        for (var i = 0; i < pattern.Length; i++)
        {
            var c = pattern[i];
            if (c == '\\' && i + 1 < pattern.Length)
            {
                i++;
                text.Append(pattern[i] == 'd' ? (inClass ? "0-9" : "[0-9]") : $"\\{pattern[i]}");
                continue;
            }

            inClass = c == '[' || (inClass && c != ']');
            text.Append(c);
        }

        return text.ToString();
    }
}
