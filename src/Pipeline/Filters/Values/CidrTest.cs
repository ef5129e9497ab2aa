using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Dispatcher.Pipeline.Filters.Values;

/// <summary><c>cidr</c>: strings that are IP addresses inside a network.</summary>
internal sealed class CidrTest : IValueTest
{
    private readonly byte[] _network;
    private readonly int _bits;

    private CidrTest(byte[] network, int bits) => (_network, _bits) = (network, bits);

    /// <summary>Reads <c>address/bits</c>; the error is in EventBridge's words.</summary>
    public static CidrTest? Parse(string cidr, out string? error)
    {
        var parts = cidr.Split('/');
        Span<byte> address = stackalloc byte[16];
        error = null;
        if (parts.Length != 2)
        {
            error = "Malformed CIDR, one '/' required";
        }
        else if (!int.TryParse(parts[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var bits))
        {
            error = "Malformed CIDR, mask bits must be an integer";
        }
        else if (bits < 0)
        {
            error = "Malformed CIDR, mask bits must not be negative";
        }
        else if (!IpText.TryParse(Encoding.UTF8.GetBytes(parts[0]), address, out var length))
        {
            error = "Nonstandard IP address: " + parts[0];
        }
        else if (bits >= length * 8)
        {
            error = length == 4 ? "IPv4 mask bits must be < 32" : "IPv6 mask bits must be < 128";
        }
        else
        {
            return new CidrTest(address[..length].ToArray(), bits);
        }

        return null;
    }

    public bool Matches(JsonTokenType kind, ReadOnlySpan<byte> text)
    {
        Span<byte> address = stackalloc byte[16];
        return kind == JsonTokenType.String && IpText.TryParse(text, address, out var length)
            && length == _network.Length && Same(address[..length]);
    }

    private bool Same(ReadOnlySpan<byte> address)
    {
        var whole = _bits / 8;
        var rest = _bits % 8;
        return address[..whole].SequenceEqual(_network.AsSpan(0, whole))
            && (rest == 0 || (address[whole] ^ _network[whole]) >> (8 - rest) == 0);
    }
}
