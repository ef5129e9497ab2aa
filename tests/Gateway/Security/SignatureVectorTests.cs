using System.Globalization;
using System.Text;
using Dispatcher.Gateway.Security;
using Microsoft.AspNetCore.Http;

namespace Dispatcher.Gateway.Tests.Security;

/// <summary>The published examples of AWS Signature Version 4.</summary>
public sealed class SignatureVectorTests
{
    private const string Secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    private static readonly AccessKey Key = new("AKIDEXAMPLE", Secret, "123456789012", "example");

    [Theory]
    [InlineData("get-vanilla", "GET", "/", "", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31")]
    [InlineData("post-vanilla", "POST", "/", "", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b")]
    [InlineData("get-vanilla-query-order-key-case", "GET", "/?Param2=value2&Param1=value1", "", "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500")]
    [InlineData("get-vanilla-empty-query-key", "GET", "/?Param1=value1", "", "a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb")]
    [InlineData("get-unreserved", "GET", "/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", "", "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f")]
    [InlineData("get-slashes", "GET", "//example//", "", "9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84")]
    [InlineData("get-relative-relative", "GET", "/example1/example2/../..", "", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31")]
    [InlineData("get-utf8", "GET", "/ሴ", "", "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85")]
    [InlineData("get-header-value-trim", "GET", "/", "My-Header1: value1|My-Header2: \"a   b   c\"", "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736")]
    [InlineData("get-header-key-duplicate", "GET", "/", "My-Header1:value2|My-Header1:value2|My-Header1:value1", "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea")]
    public void Sign_PublishedExample_IsItsSignature(string name, string method, string target, string headers, string signature)
    {
        Assert.NotEmpty(name);

        Assert.Equal(signature, Sign(method, target, headers, ""));
    }

    [Fact]
    public void Sign_ExampleWithBody_CoversIt()
    {
        const string header = "Content-Type:application/x-www-form-urlencoded";

        Assert.Equal("ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a", Sign("POST", "/", header, "Param1=value1"));
        Assert.NotEqual(Sign("POST", "/", header, "Param1=value1"), Sign("POST", "/", header, "Param1=value2"));
    }

    [Theory]
    [InlineData("/2015-03-31/functions/arn%3Aaws/invocations", "/2015-03-31/functions/arn%253Aaws/invocations")]
    [InlineData("/a/./b/../c/", "/a/c/")]
    [InlineData("/../a", "/a")]
    [InlineData("", "/")]
    public void Path_OfTheWire_IsEncodedOnceMore(string wire, string canonical) => Assert.Equal(canonical, CanonicalRequest.Path(wire));

    [Theory]
    [InlineData("b=1&a=2&a=1&a", "a=&a=1&a=2&b=1")]
    [InlineData("a=%7E~%2f:", "a=~~%2F%3A")]
    [InlineData("X-Amz-Signature=x&X-Amz-Date=y", "X-Amz-Date=y")]
    public void Query_OfTheWire_IsSortedAndEncodedOneWay(string wire, string canonical) => Assert.Equal(canonical, CanonicalRequest.Query(wire));

    [Fact]
    public void Write_AuthorityOfHttp2_IsTheHost()
    {
        var signature = new RequestSignature("a", new CredentialScope("20150830", "r", "s"), [":authority"], "", "20150830T123600Z", null);

        Assert.Contains("\n:authority:h:1\n\n:authority\n", CanonicalRequest.Write("GET", "/", new HeaderDictionary { ["Host"] = "h:1" }, signature, ""));
    }

    private static string Sign(string method, string target, string headers, string body)
    {
        var all = new HeaderDictionary { ["Host"] = "example.amazonaws.com", ["X-Amz-Date"] = "20150830T123600Z" };
        foreach (var header in headers.Split('|', StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = header.IndexOf(':', StringComparison.Ordinal);
            all.Append(header[..colon], header[(colon + 1)..]);
        }

        string[] names = [.. all.Keys.Select(one => one.ToLower(CultureInfo.InvariantCulture)).Order(StringComparer.Ordinal)];
        var scope = new CredentialScope("20150830", "us-east-1", "service");
        var signature = new RequestSignature("AKIDEXAMPLE", scope, names, "", "20150830T123600Z", null);
        var hash = PayloadHash.Of(Encoding.UTF8.GetBytes(body));
        return Key.Sign(scope, CanonicalRequest.StringToSign(method, target, all, signature, hash));
    }
}
