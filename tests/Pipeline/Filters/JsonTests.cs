using System.Text;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Sources;

namespace Dispatcher.Pipeline.Tests.Filters;

/// <summary>JSON as producers write it: escapes, broken text, depth, duplicates.</summary>
public sealed class JsonTests
{
    [Theory]
    [InlineData("""{"\u0061":["A"]}""", """{"a":"\u0041"}""", true)]
    [InlineData("""{"a":["A"]}""", """{"\u0061":"A"}""", true)]
    [InlineData("""{"a\"b":["\\\/\b\f\n\r\t"]}""", """{"a\u0022b":"\\/\b\f\n\r\t"}""", true)]
    [InlineData("""{"a":["😀"]}""", """{"a":"\ud83d\ude00"}""", true)]
    [InlineData("""{"a":["\uD83D\uDE00"]}""", """{"a":"😀"}""", true)]
    [InlineData("""{"a":["x"]}""", """{"a":"\ud800x"}""", false)]
    [InlineData("""{"a":[{"suffix":"x"}]}""", """{"a":"\ud800x"}""", true)]
    [InlineData("""{"a":["\ufffd"]}""", """{"a":"\ud800"}""", true)]
    [InlineData("""{"a":["\u00e9"]}""", """{"a":"e\u0301"}""", false)]
    [InlineData("""{"a":[{"prefix":"é"}]}""", """{"a":"\u00e9tude"}""", true)]
    [InlineData("""{"a":[1]}""", """{"a":1,"a":2}""", false)]
    [InlineData("""{"a":[2]}""", """{"a":1,"a":2}""", true)]
    [InlineData("""{"a":{"b":[1]}}""", """{"a":{"b":1},"a":{"c":1}}""", false)]
    [InlineData("""{"a":{"b":[1]}}""", """{"a":{"b":1},"a":5}""", false)]
    [InlineData("""{"a":{"b":[1]}}""", """{"a":[{"b":1}],"a":[]}""", false)]
    [InlineData("""{"a":[{"exists":false}]}""", """{"a":1,"\u0061":{}}""", true)]
    [InlineData("""{"a":[1],"a":[2]}""", """{"a":2}""", true)]
    [InlineData("""{"a":[1],"a":[2]}""", """{"a":1}""", false)]
    [InlineData("""{"a":[123456789012345678901234567890]}""", """{"a":123456789012345678901234567890}""", true)]
    [InlineData("""{"a":[{"numeric":[">",1e20]}]}""", """{"a":123456789012345678901234567890}""", true)]
    public void Matches_OddJson_IsReadAsAwsReadsIt(string pattern, string json, bool passes)
        => Assert.Equal(passes, Patterns.Passes(pattern, json));

    [Theory]
    [InlineData("""{"a":"x" """)]
    [InlineData("""{"a":"x"}}""")]
    [InlineData("""{"a":"x"} x""")]
    [InlineData("""{"a":"x",}""")]
    [InlineData("""{"a":"x","b":tru}""")]
    [InlineData("""{"a":"x","b":"\q"}""")]
    [InlineData("""{"a":"x","b":[1}""")]
    [InlineData("""{"a":"x","b":01}""")]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("x")]
    [InlineData("42")]
    [InlineData("\"x\"")]
    public void Matches_NoJsonObject_IsFiltered(string data)
    {
        var filter = Patterns.Filter(SourceKind.Stream, """{"data":{"a":["x"]}}""");

        Assert.False(filter.Matches(Patterns.Of(data)));
        Assert.True(filter.Matches(Patterns.Of("""{"a":"x"}""")));
    }

    [Fact]
    public void Matches_EveryCutOfAnEvent_IsFiltered()
    {
        const string json = """{"b":{"c":[1,{"d":"\u00e9"}]},"a":"x","e":[true,false,null,-1.5e3]}""";
        var filter = Patterns.Filter(SourceKind.Stream, """{"data":{"a":["x"]}}""");

        Assert.True(filter.Matches(Patterns.Of(json)));
        Assert.All(Enumerable.Range(0, json.Length - 1), cut => Assert.False(filter.Matches(Patterns.Of(json[..cut]))));
    }

    [Theory]
    [InlineData(SourceKind.Stream, false)]
    [InlineData(SourceKind.Kafka, true)]
    public void Matches_BrokenUtf8_IsNoText(SourceKind kind, bool passes)
    {
        byte[] broken = [.. """{"a":"x","b":" """u8, 0xc3, 0x28, .. "\"}"u8];
        var filter = Patterns.Filter(kind, kind == SourceKind.Kafka ? """{"value":{"a":["y"]}}""" : """{"data":{"a":["x"]}}""");

        Assert.Equal(passes, filter.Matches(Patterns.Of(broken)));
    }

    [Theory]
    [InlineData(63, true)]
    [InlineData(500, true)]
    [InlineData(Limits.FilterEventDepth - 1, true)]
    [InlineData(Limits.FilterEventDepth, false)]
    [InlineData(100_000, false)]
    public void Matches_DeepEvent_IsReadUpToTheLimit(int depth, bool passes)
    {
        var json = $$"""{"b":{{new string('[', depth)}}1{{new string(']', depth)}},"a":"x"}""";

        Assert.Equal(passes, Patterns.Passes("""{"a":["x"]}""", json));
        Assert.Equal(passes, Patterns.Passes("""{"b":[1]}""", json));
    }

    [Fact]
    public void Matches_AfterBrokenRecord_StartsAnew()
    {
        var filter = Patterns.Filter(SourceKind.Stream, """{"data":{"a":[1],"b":[2]}}""");

        Assert.False(filter.Matches(Patterns.Of("""{"a":1,"b" """)));
        Assert.False(filter.Matches(Patterns.Of("""{"b":2}""")));
        Assert.False(filter.Matches(Patterns.Of("""{"a":1}""")));
        Assert.True(filter.Matches(Patterns.Of("""{"a":1,"b":2}""")));
    }

    [Fact]
    public void Matches_AnyRecord_AllocatesNothing()
    {
        var filter = Patterns.Filter(
            SourceKind.Stream,
            """{"data":{"a":["x",{"prefix":"p"},{"numeric":[">",5]},{"cidr":"10.0.0.0/8"},{"wildcard":"*z*"},{"equals-ignore-case":"ÄB"}],"n":{"m":[{"anything-but":["q"]}]}}}""",
            """{"partitionKey":["1","2","3","4","5","6"],"data":{"$or":[{"b":[null]},{"c":[{"exists":false}]}]}}""");
        Record[] records =
        [
            Patterns.Of("""{"a":"\u0078","n":[{"m":"q"},{"m":1.5}]}"""), Patterns.Of("""{"a":6,"b":null,"c":[1,[2]]}""", "4"),
            Patterns.Of("""{"a":"10.1.2.3"}""", "a\"b"), Patterns.Of("plain"), Patterns.Of(Encoding.UTF8.GetBytes("""{"a":"äbz"}""")),
        ];
        var passed = Run(1_000);

        var before = GC.GetAllocatedBytesForCurrentThread();
        passed += Run(1_000);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(4_000, passed);

        int Run(int rounds)
        {
            var count = 0;
            for (var i = 0; i < rounds * records.Length; i++)
            {
                count += filter.Matches(records[i % records.Length]) ? 1 : 0;
            }

            return count;
        }
    }
}
