using System.Formats.Cbor;
using System.Text;
using System.Text.Json;
using Dispatcher.Gateway.Kinesis;

namespace Dispatcher.Gateway.Tests.Kinesis;

/// <summary>The examples of RFC 8949, appendix A, as far as they are JSON values; and what AWS's SDKs send.</summary>
public sealed class CborToJsonTests
{
    [Theory]
    [InlineData("00", "0")]
    [InlineData("17", "23")]
    [InlineData("1818", "24")]
    [InlineData("1903e8", "1000")]
    [InlineData("1a000f4240", "1000000")]
    [InlineData("1b000000e8d4a51000", "1000000000000")]
    [InlineData("1bffffffffffffffff", "18446744073709551615")]
    [InlineData("20", "-1")]
    [InlineData("3863", "-100")]
    [InlineData("3903e7", "-1000")]
    [InlineData("f90000", "0")]
    [InlineData("f93c00", "1")]
    [InlineData("f93e00", "1.5")]
    [InlineData("f97bff", "65504")]
    [InlineData("f9c400", "-4")]
    [InlineData("fa47c35000", "100000")]
    [InlineData("fb3ff199999999999a", "1.1")]
    [InlineData("fbc010666666666666", "-4.1")]
    [InlineData("f4", "false")]
    [InlineData("f5", "true")]
    [InlineData("f6", "null")]
    [InlineData("40", "\"\"")]
    [InlineData("4401020304", "\"AQIDBA==\"")]
    [InlineData("60", "\"\"")]
    [InlineData("6449455446", "\"IETF\"")]
    [InlineData("62225c", "\"\\u0022\\\\\"")]
    [InlineData("62c3bc", "\"\\u00FC\"")]
    [InlineData("80", "[]")]
    [InlineData("8301820203820405", "[1,[2,3],[4,5]]")]
    [InlineData("a0", "{}")]
    [InlineData("a26161016162820203", "{\"a\":1,\"b\":[2,3]}")]
    [InlineData("826161a161626163", "[\"a\",{\"b\":\"c\"}]")]
    [InlineData("5f42010243030405ff", "\"AQIDBAU=\"")]
    [InlineData("7f657374726561646d696e67ff", "\"streaming\"")]
    [InlineData("9fff", "[]")]
    [InlineData("9f018202039f0405ffff", "[1,[2,3],[4,5]]")]
    [InlineData("bf61610161629f0203ffff", "{\"a\":1,\"b\":[2,3]}")]
    [InlineData("c11a514b67b0", "1363896240")]
    [InlineData("c1fb41d452d9ec200000", "1363896240.5")]
    [InlineData("c11b0000018bcfe56800", "1700000000")]
    [InlineData("c11b0000018bcfe569f4", "1700000000.5")]
    [InlineData("d74401020304", "\"AQIDBA==\"")]
    public void Convert_Example_IsTheSameInJson(string hex, string json) => Assert.Equal(json, Convert(hex));

    [Theory]
    [InlineData("")]
    [InlineData("18")]
    [InlineData("0000")]
    [InlineData("a101ff")]
    [InlineData("a10102")]
    [InlineData("ff")]
    [InlineData("9f01")]
    [InlineData("62ff61")]
    [InlineData("f97e00")]
    [InlineData("f97c00")]
    [InlineData("f7")]
    [InlineData("5affffffff00")]
    public void Convert_NoInput_Throws(string hex)
    {
        var error = Xunit.Record.Exception(() => Convert(hex));

        Assert.True(error is CborContentException or InvalidOperationException, $"{error}");
    }

    [Fact]
    public void Convert_NestedWithoutEnd_Throws()
        => Assert.Throws<CborContentException>(() => Convert(string.Concat(Enumerable.Repeat("81", 100_000)) + "00"));

    private static string Convert(string hex)
    {
        using var buffer = new PooledBuffer();
        using var json = new Utf8JsonWriter(buffer);
        CborToJson.Convert(System.Convert.FromHexString(hex), json);
        json.Flush();
        return Encoding.UTF8.GetString(buffer.Written.Span);
    }
}
