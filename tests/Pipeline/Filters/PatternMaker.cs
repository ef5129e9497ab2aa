using System.Globalization;
using System.Text;

namespace Dispatcher.Pipeline.Tests.Filters;

/// <summary>Makes patterns and events by chance, of few names and values, so that they often meet.</summary>
internal sealed class PatternMaker(Random random)
{
    private static readonly string[] Names = ["a", "b", "ä", "x\"y", "c.d"];

    private static readonly string[] Texts = ["", "a", "aB", "Ab", "abab", "äÖ", "Äö", "😀a", "a\nb", "10.0.0.1", "10.9.0.1", "2001:db8::1", "1", "true"];

    private static readonly string[] Numbers = ["0", "-0", "1", "1.0", "10", "1e1", "-2.5", "300", "3.0e2", "12345678901234567890", "1E-3"];

    private static readonly string[] Parts = ["a", "aB", "Ä", "ab", "10.", "😀", "b"];

    private static readonly string[] Wildcards = ["*", "a*", "*b", "a*b", "*a*", "10.*.1", "*ä*", "a*b*a*", "ab"];

    private static readonly string[] Networks = ["10.0.0.0/16", "10.0.0.1/31", "2001:db8::/32", "0.0.0.0/0", "10.8.0.0/13"];

    /// <summary>A valid pattern: an object.</summary>
    public string Pattern(int depth = 3, bool inOr = false)
    {
        var members = Enumerable.Range(0, random.Next(1, 4)).Select(_ => Member(depth, inOr)).ToList();
        return "{" + string.Join(',', members) + "}";
    }

    /// <summary>A JSON object; names may come twice, strings may be escaped where they need not be.</summary>
    public string Event(int depth = 4)
        => "{" + string.Join(',', Enumerable.Range(0, random.Next(0, 5)).Select(_ => Quote(One(Names)) + " : " + Value(depth - 1))) + "}";

    private string Member(int depth, bool inOr) => random.Next(8) switch
    {
        0 when depth > 0 => "\"$or\":[" + string.Join(',', Enumerable.Range(0, random.Next(2, 4)).Select(_ => Pattern(depth - 1, true))) + "]",
        < 4 when depth > 0 => Quote(One(Names)) + ":" + Pattern(depth - 1, inOr),
        _ => Quote(One(Names)) + ":[" + string.Join(',', Enumerable.Range(0, random.Next(1, random.Next(10) == 0 ? 9 : 3)).Select(_ => Wanted())) + "]",
    };

    private string Wanted() => random.Next(20) switch
    {
        < 5 => Scalar(),
        5 => $$"""{"prefix":{{Quote(One(Parts))}}}""",
        6 => $$"""{"suffix":{{Quote(One(Parts))}}}""",
        7 => "{\"prefix\":{\"equals-ignore-case\":" + Quote(One(Parts)) + "}}",
        8 => "{\"suffix\":{\"equals-ignore-case\":" + Quote(One(Parts)) + "}}",
        9 => $$"""{"equals-ignore-case":{{Quote(One(Texts))}}}""",
        10 => $$"""{"wildcard":{{Quote(One(Wildcards))}}}""",
        11 => $$"""{"cidr":{{Quote(One(Networks))}}}""",
        12 => """{"exists":true}""",
        13 or 14 => """{"exists":false}""",
        15 => $$"""{"numeric":[{{Quote(One(["=", "<", "<=", ">", ">="]))}},{{One(Numbers)}}]}""",
        16 => $$"""{"numeric":[">{{One(["", "="])}}",{{random.Next(-5, 5)}},"<{{One(["", "="])}}",{{random.Next(6, 400)}}]}""",
        17 => $$"""{"anything-but":[{{Quote(One(Texts))}},{{Quote(One(Texts))}}]}""",
        18 => $$"""{"anything-but":{{One(Numbers)}}}""",
        _ => "{\"anything-but\":{\"" + One(["prefix", "suffix", "equals-ignore-case", "wildcard"]) + "\":[" + Quote(One(Parts)) + "," + Quote(One(Parts)) + "]}}",
    };

    private string Value(int depth) => random.Next(6) switch
    {
        0 or 1 when depth > 0 => Event(depth),
        2 when depth > 0 => "[" + string.Join(" , ", Enumerable.Range(0, random.Next(0, 4)).Select(_ => Value(depth - 1))) + "]",
        _ => Scalar(),
    };

    private string Scalar() => random.Next(8) switch
    {
        0 => "null",
        1 => "true",
        2 => "false",
        < 5 => One(Numbers),
        _ => Quote(One(Texts)),
    };

    private string Quote(string text)
    {
        var json = new StringBuilder("\"");
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value is '"' or '\\' or < ' ' || random.Next(10) == 0)
            {
                foreach (var c in rune.ToString())
                {
                    json.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
                }
            }
            else
            {
                json.Append(rune.ToString());
            }
        }

        return json.Append('"').ToString();
    }

    private string One(string[] from) => from[random.Next(from.Length)];
}
