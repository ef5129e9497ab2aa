using Dispatcher.Contracts;
using Dispatcher.Contracts.Sources;
using Dispatcher.Pipeline.Filters;

namespace Dispatcher.Pipeline.Tests.Filters;

/// <summary>Every operator: what it lets pass, what it does not, and what no pattern may be.</summary>
public sealed class OperatorTests
{
    [Theory]
    [InlineData("""{"a":[null]}""", """{"a":null}""")]
    [InlineData("""{"a":[""]}""", """{"a":""}""")]
    [InlineData("""{"a":["x"]}""", """{"a":"x"}""")]
    [InlineData("""{"a":["x"]}""", """ { "b" : [ {}, "x" ] , "a" : "x" } """)]
    [InlineData("""{"a":[{"exactly":"x"}]}""", """{"a":"x"}""")]
    [InlineData("""{"a":[300]}""", """{"a":300}""")]
    [InlineData("""{"a":[3.0e2]}""", """{"a":3.0e2}""")]
    [InlineData("""{"a":[true]}""", """{"a":true}""")]
    [InlineData("""{"a":[false]}""", """{"a":false}""")]
    [InlineData("""{"a":["x","y"]}""", """{"a":"y"}""")]
    [InlineData("""{"a":["1","2","3","4","5","6"]}""", """{"a":"6"}""")]
    [InlineData("""{"a":["x"],"b":["y"]}""", """{"b":"y","a":"x"}""")]
    [InlineData("""{"a":{"b":{"c":["x"]}}}""", """{"a":{"b":{"c":"x"}}}""")]
    [InlineData("""{"a":[{"prefix":"us-"}]}""", """{"a":"us-east-1"}""")]
    [InlineData("""{"a":[{"prefix":""}]}""", """{"a":"anything"}""")]
    [InlineData("""{"a":[{"prefix":{"equals-ignore-case":"EC2"}}]}""", """{"a":"eC2-x"}""")]
    [InlineData("""{"a":[{"suffix":".png"}]}""", """{"a":"x.png"}""")]
    [InlineData("""{"a":[{"suffix":{"equals-ignore-case":".PNG"}}]}""", """{"a":"x.pNg"}""")]
    [InlineData("""{"a":[{"equals-ignore-case":"alice"}]}""", """{"a":"ALICE"}""")]
    [InlineData("""{"a":[{"equals-ignore-case":"ÄÖ"}]}""", """{"a":"äö"}""")]
    [InlineData("""{"a":[{"anything-but":"x"}]}""", """{"a":"y"}""")]
    [InlineData("""{"a":[{"anything-but":"x"}]}""", """{"a":5}""")]
    [InlineData("""{"a":[{"anything-but":"x"}]}""", """{"a":null}""")]
    [InlineData("""{"a":[{"anything-but":["x","y"]}]}""", """{"a":"z"}""")]
    [InlineData("""{"a":[{"anything-but":300}]}""", """{"a":301}""")]
    [InlineData("""{"a":[{"anything-but":[300]}]}""", """{"a":300.0}""")]
    [InlineData("""{"a":[{"anything-but":[100,200]}]}""", """{"a":"100"}""")]
    [InlineData("""{"a":[{"anything-but":{"prefix":"init"}}]}""", """{"a":"running"}""")]
    [InlineData("""{"a":[{"anything-but":{"prefix":["init","err"]}}]}""", """{"a":"running"}""")]
    [InlineData("""{"a":[{"anything-but":{"suffix":["1234","6789"]}}]}""", """{"a":"i-12345"}""")]
    [InlineData("""{"a":[{"anything-but":{"equals-ignore-case":["stopped"]}}]}""", """{"a":"running"}""")]
    [InlineData("""{"a":[{"anything-but":{"wildcard":"*/bin/*.jar"}}]}""", """{"a":"/lib/x.jar"}""")]
    [InlineData("""{"a":[{"numeric":["=",301.8]}]}""", """{"a":3.018e2}""")]
    [InlineData("""{"a":[{"numeric":[">",0,"<=",5]}]}""", """{"a":5}""")]
    [InlineData("""{"a":[{"numeric":[">=",0,"<",5]}]}""", """{"a":0}""")]
    [InlineData("""{"a":[{"numeric":["<",-1.5]}]}""", """{"a":-1.6}""")]
    [InlineData("""{"a":[{"numeric":["<=",1]}]}""", """{"a":1.0}""")]
    [InlineData("""{"a":[{"numeric":[">",1]}]}""", """{"a":1e300}""")]
    [InlineData("""{"a":[{"exists":true}]}""", """{"a":null}""")]
    [InlineData("""{"a":[{"exists":true}]}""", """{"a":[1]}""")]
    [InlineData("""{"a":[{"exists":false}]}""", """{"b":1}""")]
    [InlineData("""{"a":[{"exists":false}]}""", """{"a":{"b":1}}""")]
    [InlineData("""{"a":[{"exists":false}]}""", """{"a":[]}""")]
    [InlineData("""{"a":{"b":[{"exists":false}]}}""", """{"a":1}""")]
    [InlineData("""{"a":[{"exists":false},"x"]}""", """{}""")]
    [InlineData("""{"a":[{"wildcard":"dir/*.png"}]}""", """{"a":"dir/a/b.png"}""")]
    [InlineData("""{"a":[{"wildcard":"*"}]}""", """{"a":""}""")]
    [InlineData("""{"a":[{"wildcard":"a*b*c"}]}""", """{"a":"abbbc"}""")]
    [InlineData("""{"a":[{"wildcard":"a\\*\\\\b"}]}""", """{"a":"a*\\b"}""")]
    [InlineData("""{"a":[{"cidr":"10.0.0.0/24"}]}""", """{"a":"10.0.0.255"}""")]
    [InlineData("""{"a":[{"cidr":"10.0.0.77/9"}]}""", """{"a":"10.127.1.1"}""")]
    [InlineData("""{"a":[{"cidr":"0.0.0.0/0"}]}""", """{"a":"255.1.2.3"}""")]
    [InlineData("""{"a":[{"cidr":"2001:db8::/32"}]}""", """{"a":"2001:DB8:0:1::5"}""")]
    [InlineData("""{"$or":[{"a":["x"]},{"b":["y"]}]}""", """{"b":"y"}""")]
    [InlineData("""{"c":["z"],"$or":[{"a":["x"]},{"d":{"$or":[{"e":[1]},{"f":[2]}]}}]}""", """{"c":"z","d":{"f":2}}""")]
    [InlineData("""{"a":["x"]}""", """{"a":["y","x"]}""")]
    [InlineData("""{"a":["x"]}""", """{"a":[["y"],["x"]]}""")]
    [InlineData("""{"a":{"b":[1],"c":[2]}}""", """{"a":[{"b":0,"c":2},{"b":1,"c":2}]}""")]
    [InlineData("""{"a":{"b":[1],"c":[{"exists":false}]}}""", """{"a":[{"b":1},{"b":1,"c":2}]}""")]
    [InlineData("""{"a":["x"]}""", """[{"a":"y"},{"a":"x"}]""")]
    public void Matches_EventOfThePattern_Passes(string pattern, string json) => Assert.True(Patterns.Passes(pattern, json));

    [Theory]
    [InlineData("""{"a":[null]}""", """{"a":"null"}""")]
    [InlineData("""{"a":[null]}""", """{}""")]
    [InlineData("""{"a":[""]}""", """{"a":null}""")]
    [InlineData("""{"a":["x"]}""", """{"a":"X"}""")]
    [InlineData("""{"a":["x"]}""", """{"a":{"x":"x"}}""")]
    [InlineData("""{"a":["x"]}""", """{"A":"x"}""")]
    [InlineData("""{"a":[300]}""", """{"a":300.0}""")]
    [InlineData("""{"a":[300]}""", """{"a":3.0e2}""")]
    [InlineData("""{"a":[300]}""", """{"a":"300"}""")]
    [InlineData("""{"a":["300"]}""", """{"a":300}""")]
    [InlineData("""{"a":[true]}""", """{"a":"true"}""")]
    [InlineData("""{"a":["x"],"b":["y"]}""", """{"a":"x"}""")]
    [InlineData("""{"a":{"b":["x"]}}""", """{"b":"x"}""")]
    [InlineData("""{"a":["1","2","3","4","5","6"]}""", """{"a":"7"}""")]
    [InlineData("""{"a":[{"prefix":"us-"}]}""", """{"a":"eu-us-"}""")]
    [InlineData("""{"a":[{"prefix":"1"}]}""", """{"a":12}""")]
    [InlineData("""{"a":[{"prefix":{"equals-ignore-case":"EC2"}}]}""", """{"a":"ec"}""")]
    [InlineData("""{"a":[{"suffix":".png"}]}""", """{"a":".png.jpg"}""")]
    [InlineData("""{"a":[{"suffix":{"equals-ignore-case":".PNG"}}]}""", """{"a":"png"}""")]
    [InlineData("""{"a":[{"equals-ignore-case":"alice"}]}""", """{"a":"alices"}""")]
    [InlineData("""{"a":[{"anything-but":"x"}]}""", """{"a":"x"}""")]
    [InlineData("""{"a":[{"anything-but":"x"}]}""", """{}""")]
    [InlineData("""{"a":[{"anything-but":["x","y"]}]}""", """{"a":"y"}""")]
    [InlineData("""{"a":[{"anything-but":[100,200]}]}""", """{"a":200}""")]
    [InlineData("""{"a":[{"anything-but":{"prefix":["init","err"]}}]}""", """{"a":"error"}""")]
    [InlineData("""{"a":[{"anything-but":{"suffix":"1234"}}]}""", """{"a":"i-1234"}""")]
    [InlineData("""{"a":[{"anything-but":{"equals-ignore-case":"Stopped"}}]}""", """{"a":"sTOPPED"}""")]
    [InlineData("""{"a":[{"anything-but":{"wildcard":["*.a","*.b"]}}]}""", """{"a":"x.b"}""")]
    [InlineData("""{"a":[{"numeric":[">",0,"<=",5]}]}""", """{"a":0}""")]
    [InlineData("""{"a":[{"numeric":[">",0,"<=",5]}]}""", """{"a":"3"}""")]
    [InlineData("""{"a":[{"numeric":[">=",0,"<",5]}]}""", """{"a":5}""")]
    [InlineData("""{"a":[{"numeric":["=",1]}]}""", """{"a":1.1}""")]
    [InlineData("""{"a":[{"numeric":[">",1]}]}""", """{"a":1e999}""")]
    [InlineData("""{"a":[{"exists":true}]}""", """{"a":{"b":1}}""")]
    [InlineData("""{"a":[{"exists":true}]}""", """{"a":[]}""")]
    [InlineData("""{"a":[{"exists":false}]}""", """{"a":null}""")]
    [InlineData("""{"a":[{"exists":false}]}""", """{"a":[{"b":1},2]}""")]
    [InlineData("""{"a":{"b":[{"exists":false}]}}""", """{"a":[{"c":1},{"b":2}]}""")]
    [InlineData("""{"a":[{"wildcard":"a*b*c"}]}""", """{"a":"acb"}""")]
    [InlineData("""{"a":[{"wildcard":"ab*ba"}]}""", """{"a":"aba"}""")]
    [InlineData("""{"a":[{"wildcard":"a\\*"}]}""", """{"a":"ab"}""")]
    [InlineData("""{"a":[{"wildcard":"ab"}]}""", """{"a":"aab"}""")]
    [InlineData("""{"a":[{"cidr":"10.0.0.0/24"}]}""", """{"a":"10.0.1.0"}""")]
    [InlineData("""{"a":[{"cidr":"10.0.0.0/24"}]}""", """{"a":"10.0.0"}""")]
    [InlineData("""{"a":[{"cidr":"10.0.0.0/24"}]}""", """{"a":"10.0.0.256"}""")]
    [InlineData("""{"a":[{"cidr":"2001:db8::/32"}]}""", """{"a":"2001:db9::"}""")]
    [InlineData("""{"a":[{"cidr":"2001:db8::/32"}]}""", """{"a":"2001:db8::1::2"}""")]
    [InlineData("""{"a":[{"cidr":"::/0"}]}""", """{"a":"1.2.3.4"}""")]
    [InlineData("""{"$or":[{"a":["x"]},{"b":["y"]}]}""", """{"a":"y","b":"x"}""")]
    [InlineData("""{"c":["z"],"$or":[{"a":["x"]},{"b":["y"]}]}""", """{"a":"x"}""")]
    [InlineData("""{"a":["x"]}""", """{"a":["y","z"]}""")]
    [InlineData("""{"a":{"b":[1],"c":[2]}}""", """{"a":[{"b":1,"c":0},{"b":0,"c":2}]}""")]
    public void Matches_OtherEvent_IsFiltered(string pattern, string json) => Assert.False(Patterns.Passes(pattern, json));

    [Theory]
    [InlineData("""[]""", "Filter is not an object")]
    [InlineData("""{""", "Pattern is not valid JSON")]
    [InlineData("""{"data":{"a":["\ud800"]}}""", "Pattern is not valid JSON")]
    [InlineData("""{}""", "Empty objects are not allowed")]
    [InlineData("""{"data":{}}""", "Empty objects are not allowed")]
    [InlineData("""{"data":["text"]}""", "\"data\" must be an object")]
    [InlineData("""{"partitionKey":[]}""", "Empty arrays are not allowed")]
    [InlineData("""{"partitionKey":"x"}""", "\"partitionKey\" must be an object or an array")]
    [InlineData("""{"a":[[1]]}""", "Match value must be String, number, true, false, or null")]
    [InlineData("""{"a":[{}]}""", "Match expression name not found")]
    [InlineData("""{"a":[{"prefix":"a","suffix":"b"}]}""", "Only one key allowed in match expression")]
    [InlineData("""{"a":[{"like":"a"}]}""", "Unrecognized match type like")]
    [InlineData("""{"a":[{"exactly":1}]}""", "exact match pattern must be a string")]
    [InlineData("""{"a":[{"prefix":1}]}""", "prefix match pattern must be a string")]
    [InlineData("""{"a":[{"prefix":{"x":"a"}}]}""", "Unsupported prefix pattern: x")]
    [InlineData("""{"a":[{"prefix":{}}]}""", "Prefix expression name not found")]
    [InlineData("""{"a":[{"prefix":{"equals-ignore-case":1}}]}""", "equals-ignore-case match pattern must be a string")]
    [InlineData("""{"a":[{"suffix":["a"]}]}""", "suffix match pattern must be a string")]
    [InlineData("""{"a":[{"suffix":{"x":"a"}}]}""", "Unsupported suffix pattern: x")]
    [InlineData("""{"a":[{"equals-ignore-case":["a"]}]}""", "equals-ignore-case match pattern must be a string")]
    [InlineData("""{"a":[{"exists":"true"}]}""", "exists match pattern must be either true or false.")]
    [InlineData("""{"a":[{"wildcard":1}]}""", "wildcard match pattern must be a string")]
    [InlineData("""{"a":[{"wildcard":"a**"}]}""", "Consecutive wildcard characters at pos 2")]
    [InlineData("""{"a":[{"wildcard":"a\\b"}]}""", "Invalid escape character at pos 2")]
    [InlineData("""{"a":[{"cidr":1}]}""", "cidr match pattern must be a string")]
    [InlineData("""{"a":[{"cidr":"10.0.0.0"}]}""", "Malformed CIDR, one '/' required")]
    [InlineData("""{"a":[{"cidr":"10.0.0.0/x"}]}""", "Malformed CIDR, mask bits must be an integer")]
    [InlineData("""{"a":[{"cidr":"10.0.0.0/-1"}]}""", "Malformed CIDR, mask bits must not be negative")]
    [InlineData("""{"a":[{"cidr":"10.0.0.0/32"}]}""", "IPv4 mask bits must be < 32")]
    [InlineData("""{"a":[{"cidr":"::/128"}]}""", "IPv6 mask bits must be < 128")]
    [InlineData("""{"a":[{"cidr":"10.0.0/8"}]}""", "Nonstandard IP address: 10.0.0")]
    [InlineData("""{"a":[{"numeric":1}]}""", "Value of numeric must be an array.")]
    [InlineData("""{"a":[{"numeric":[]}]}""", "Invalid member in numeric match: ]")]
    [InlineData("""{"a":[{"numeric":["!",1]}]}""", "Unrecognized numeric range operator: !")]
    [InlineData("""{"a":[{"numeric":[">"]}]}""", "Value of > must be numeric")]
    [InlineData("""{"a":[{"numeric":["=","1"]}]}""", "Value of equals must be numeric")]
    [InlineData("""{"a":[{"numeric":["=",1,"<",2]}]}""", "Too many elements in numeric expression")]
    [InlineData("""{"a":[{"numeric":["<",1,">",0]}]}""", "Too many elements in numeric expression")]
    [InlineData("""{"a":[{"numeric":[">",1,"=",2]}]}""", "Bad numeric range operator: =")]
    [InlineData("""{"a":[{"numeric":[">",1,2,3]}]}""", "Bad value in numeric range: 2")]
    [InlineData("""{"a":[{"numeric":[">",1,"<",2,"<"]}]}""", "Too many terms in numeric range expression")]
    [InlineData("""{"a":[{"numeric":[">",1,"<","x"]}]}""", "Value of < must be numeric")]
    [InlineData("""{"a":[{"numeric":[">",5,"<",5]}]}""", "Bottom must be less than top")]
    [InlineData("""{"a":[{"numeric":["<",1e999]}]}""", "Cannot compare number : 1e999")]
    [InlineData("""{"a":[{"anything-but":true}]}""", "Value of anything-but must be an array or single string/number value.")]
    [InlineData("""{"a":[{"anything-but":[null]}]}""", "Inside anything but list, start|null|boolean is not supported.")]
    [InlineData("""{"a":[{"anything-but":["a",1]}]}""", "Inside anything but list, either all values are number or string, mixed type is not supported")]
    [InlineData("""{"a":[{"anything-but":[]}]}""", "Inside anything but list, either all values are number or string, mixed type is not supported")]
    [InlineData("""{"a":[{"anything-but":{"numeric":["=",1]}}]}""", "Unsupported anything-but pattern: numeric")]
    [InlineData("""{"a":[{"anything-but":{}}]}""", "Anything-But expression name not found")]
    [InlineData("""{"a":[{"anything-but":{"prefix":""}}]}""", "Null prefix/suffix not allowed")]
    [InlineData("""{"a":[{"anything-but":{"suffix":[1]}}]}""", "prefix/suffix match pattern must be a string")]
    [InlineData("""{"a":[{"anything-but":{"wildcard":1}}]}""", "wildcard match pattern must be a string")]
    [InlineData("""{"a":[{"anything-but":{"equals-ignore-case":[1]}}]}""", "Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.")]
    [InlineData("""{"$or":{"a":[1]}}""", "It must be an Array followed with $or.")]
    [InlineData("""{"$or":[{"a":[1]}]}""", "There must have at least 2 Objects in $or relationship.")]
    [InlineData("""{"$or":[{"a":[1]},1]}""", "Only JSON object is allowed in array of $or relationship.")]
    [InlineData("""{"$or":[{"prefix":["a"]},{"b":[1]}]}""", "prefix is Ruler reserved fieldName which cannot be used inside $or.")]
    public void Compile_InvalidPattern_IsRefusedInEventBridgesWords(string pattern, string reason)
        => Assert.Equal("Reason: " + reason, new FilterValidator().Check(SourceKind.Stream, pattern));

    [Fact]
    public void Compile_TooLongPattern_IsRefused()
    {
        var values = string.Join(',', Enumerable.Range(0, 10_000).Select(i => $"\"{i}\""));

        Assert.Contains("longer than 4096", new FilterValidator().Check(SourceKind.Stream, "{\"data\":{\"a\":[" + values + "]}}"));
    }

    [Fact]
    public void Compile_DepthAtAndAboveTheLimit_IsTakenAndRefused()
    {
        Assert.Null(new FilterValidator().Check(SourceKind.Stream, Deep(Limits.FilterPatternDepth)));
        Assert.Contains("nested deeper than 50 levels", new FilterValidator().Check(SourceKind.Stream, Deep(Limits.FilterPatternDepth + 1)));
        Assert.NotNull(new FilterValidator().Check(SourceKind.Stream, Deep(1_000)[..4_096]));

        static string Deep(int levels) => string.Concat(Enumerable.Repeat("{\"a\":", levels))
            + "[{\"anything-but\":{\"prefix\":[\"x\"]}}]" + new string('}', levels);
    }

    /// <summary>Ten alternatives three times are a thousand combinations; ten more than that are refused.</summary>
    [Fact]
    public void Compile_CombinationsAboveTheLimit_AreRefused()
    {
        Assert.Null(new FilterValidator().Check(SourceKind.Stream, $"{{\"a\":{Ten},\"b\":{Ten},\"c\":{Ten}}}"));
        Assert.Equal(
            "Reason: $or makes more than 1000 combinations",
            new FilterValidator().Check(SourceKind.Stream, $"{{\"a\":{Ten},\"b\":{Ten},\"c\":{Ten},\"d\":{Ten}}}"));
    }

    [Fact]
    public void Matches_ThousandCombinations_FindsTheOne()
    {
        var filter = Patterns.Filter(SourceKind.Stream, $"{{\"data\":{{\"a\":{Ten},\"b\":{Ten},\"c\":{Ten}}}}}");

        Assert.True(filter.Matches(Patterns.Of("""{"a":{"f3":3},"b":{"f9":9},"c":{"f0":0}}""")));
        Assert.False(filter.Matches(Patterns.Of("""{"a":{"f3":3},"b":{"f9":8},"c":{"f0":0}}""")));
    }

    [Fact]
    public void Matches_SeveralFilters_OneIsEnough()
    {
        var filter = Patterns.Filter(SourceKind.Stream, """{"data":{"a":[1]}}""", """{"data":{"a":[2],"b":[3]}}""");

        Assert.True(filter.Matches(Patterns.Of("""{"a":1}""")));
        Assert.True(filter.Matches(Patterns.Of("""{"a":2,"b":3}""")));
        Assert.False(filter.Matches(Patterns.Of("""{"a":2,"b":1}""")));
    }

    private static string Ten => "{\"$or\":[" + string.Join(',', Enumerable.Range(0, 10).Select(i => $$"""{"f{{i}}":[{{i}}]}""")) + "]}";
}
