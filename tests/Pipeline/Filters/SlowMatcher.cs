using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Dispatcher.Pipeline.Tests.Filters;

/// <summary>
/// EventBridge's matching as its documentation tells it, with documents and without haste: an event is a list of leaves, each
/// with its path and its place in the arrays around it. A pattern matches where a leaf can be picked for every field such that no
/// two of them stand in different elements of one array; what must not exist may have no leaf that fits to those picked.
/// </summary>
internal static class SlowMatcher
{
    public static bool Matches(string pattern, string json)
    {
        using var wanted = JsonDocument.Parse(pattern);
        using var found = JsonDocument.Parse(json);
        var leaves = new List<Leaf>();
        var arrays = 0;
        Flatten(found.RootElement, "", [], [], leaves, ref arrays);
        return Branches(wanted.RootElement).Any(b => Pick([.. b], 0, [], [], leaves));
    }

    private sealed record Leaf(string Path, JsonElement Value, Dictionary<int, int> Places);

    /// <param name="value">What is made flat.</param>
    /// <param name="path">Its path.</param>
    /// <param name="places">For each array around it, which element it is in.</param>
    /// <param name="outside">The same without the arrays that only it stands in: a value in an array may be picked with any element.</param>
    /// <param name="leaves">Where the leaves go.</param>
    /// <param name="arrays">Arrays so far.</param>
    private static void Flatten(
        JsonElement value, string path, Dictionary<int, int> places, Dictionary<int, int> outside, List<Leaf> leaves, ref int arrays)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                var last = new Dictionary<string, JsonElement>();
                foreach (var member in value.EnumerateObject())
                {
                    last[member.Name] = member.Value;
                }

                foreach (var (name, inner) in last)
                {
                    Flatten(inner, path + "/" + name, places, places, leaves, ref arrays);
                }

                break;
            case JsonValueKind.Array:
                var array = arrays++;
                var index = 0;
                foreach (var element in value.EnumerateArray())
                {
                    Flatten(element, path, new(places) { [array] = index++ }, outside, leaves, ref arrays);
                }

                break;
            default:
                leaves.Add(new Leaf(path, value, outside));
                break;
        }
    }

    private static List<Dictionary<string, JsonElement>> Branches(JsonElement pattern)
    {
        var branches = new List<Dictionary<string, JsonElement>> { new() };
        Read(pattern, "", branches);
        return branches;
    }

    private static void Read(JsonElement pattern, string path, List<Dictionary<string, JsonElement>> branches)
    {
        foreach (var member in pattern.EnumerateObject())
        {
            var (name, value) = (member.Name, member.Value);
            if (name == "$or")
            {
                var before = branches.ToArray();
                branches.Clear();
                foreach (var one in value.EnumerateArray())
                {
                    var forked = before.Select(b => new Dictionary<string, JsonElement>(b)).ToList();
                    Read(one, path, forked);
                    branches.AddRange(forked);
                }
            }
            else if (value.ValueKind == JsonValueKind.Object)
            {
                Read(value, path + "/" + name, branches);
            }
            else
            {
                branches.ForEach(b => b[path + "/" + name] = value);
            }
        }
    }

    private static bool Pick(
        KeyValuePair<string, JsonElement>[] fields, int next, Dictionary<int, int> places, List<string> absent, List<Leaf> leaves)
    {
        if (next == fields.Length)
        {
            return !leaves.Any(l => absent.Contains(l.Path) && Fits(l.Places, places));
        }

        var (path, values) = fields[next];
        foreach (var leaf in leaves.Where(l => l.Path == path && Fits(l.Places, places) && values.EnumerateArray().Any(v => Wanted(v, l.Value))))
        {
            var both = new Dictionary<int, int>(places);
            foreach (var (array, index) in leaf.Places)
            {
                both[array] = index;
            }

            if (Pick(fields, next + 1, both, absent, leaves))
            {
                return true;
            }
        }

        var mayMiss = values.EnumerateArray().Any(
            v => v.ValueKind == JsonValueKind.Object && v.TryGetProperty("exists", out var e) && e.ValueKind == JsonValueKind.False);
        return mayMiss && Pick(fields, next + 1, places, [.. absent, path], leaves);
    }

    private static bool Fits(Dictionary<int, int> one, Dictionary<int, int> other)
        => one.All(p => !other.TryGetValue(p.Key, out var index) || index == p.Value);

    private static bool Wanted(JsonElement wanted, JsonElement value)
    {
        if (wanted.ValueKind != JsonValueKind.Object)
        {
            return Same(wanted, value);
        }

        var (name, argument) = wanted.EnumerateObject().Select(m => (m.Name, m.Value)).Single();
        return name switch
        {
            "exists" => argument.GetBoolean(),
            "numeric" => value.ValueKind == JsonValueKind.Number && InRange(argument, value.GetDouble()),
            "anything-but" => !Excluded(argument, value),
            _ => value.ValueKind == JsonValueKind.String && TextFits(name, argument, value.GetString()!),
        };
    }

    private static bool Same(JsonElement wanted, JsonElement value) => wanted.ValueKind == value.ValueKind && wanted.ValueKind switch
    {
        JsonValueKind.String => wanted.GetString() == value.GetString(),
        JsonValueKind.Number => wanted.GetRawText() == value.GetRawText(),
        _ => true,
    };

    private static bool InRange(JsonElement range, double value)
    {
        var items = range.EnumerateArray().ToArray();
        return Enumerable.Range(0, items.Length / 2).All(i =>
        {
            var bound = items[(2 * i) + 1].GetDouble();
            return items[2 * i].GetString() switch
            {
                "=" => value == bound,
                ">" => value > bound,
                ">=" => value >= bound,
                "<" => value < bound,
                _ => value <= bound,
            };
        });
    }

    private static bool Excluded(JsonElement argument, JsonElement value)
    {
        if (argument.ValueKind != JsonValueKind.Object)
        {
            return List(argument).Any(a => Same(a, value));
        }

        var (name, inner) = argument.EnumerateObject().Select(m => (m.Name, m.Value)).Single();
        return value.ValueKind == JsonValueKind.String && List(inner).Any(a => TextFits(name, a, value.GetString()!));
    }

    private static IEnumerable<JsonElement> List(JsonElement value) => value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : [value];

    private static bool TextFits(string name, JsonElement argument, string text)
    {
        var ignoreCase = argument.ValueKind == JsonValueKind.Object;
        var wanted = ignoreCase ? argument.GetProperty("equals-ignore-case").GetString()! : argument.GetString()!;
        const StringComparison comparison = StringComparison.Ordinal;
        return name switch
        {
            "prefix" => ignoreCase ? text.ToUpperInvariant().StartsWith(wanted.ToUpperInvariant(), comparison) : text.StartsWith(wanted, comparison),
            "suffix" => ignoreCase ? text.ToUpperInvariant().EndsWith(wanted.ToUpperInvariant(), comparison) : text.EndsWith(wanted, comparison),
            "equals-ignore-case" => text.ToUpperInvariant() == wanted.ToUpperInvariant(),
            "wildcard" => Regex.IsMatch(
                text, "^" + string.Join(".*", wanted.Split('*').Select(Regex.Escape)) + "\\z", RegexOptions.Singleline, TimeSpan.FromSeconds(5)),
            "cidr" => text.Count(c => c is '.' or ':') > 1 && IPAddress.TryParse(text, out var address) && Network(wanted).Contains(address),
            "exactly" => text == wanted,
            _ => throw new InvalidOperationException(name),
        };
    }

    private static IPNetwork Network(string cidr)
    {
        var parts = cidr.Split('/');
        var bits = int.Parse(parts[1], CultureInfo.InvariantCulture);
        var bytes = IPAddress.Parse(parts[0]).GetAddressBytes();
        for (var bit = bits; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        }

        return new IPNetwork(new IPAddress(bytes), bits);
    }
}
