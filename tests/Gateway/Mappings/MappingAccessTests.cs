using Dispatcher.Contracts.Mappings;
using static Dispatcher.Gateway.Tests.Mappings.MappingRequests;

namespace Dispatcher.Gateway.Tests.Mappings;

public sealed class MappingAccessTests
{
    [Theory]
    [InlineData("kafka", "BASIC_AUTH")]
    [InlineData("kafka", "SASL_SCRAM_256_AUTH")]
    [InlineData("msk", "SASL_SCRAM_512_AUTH")]
    [InlineData("msk", "CLIENT_CERTIFICATE_TLS_AUTH")]
    [InlineData("kafka", "SERVER_ROOT_CA_CERTIFICATE")]
    [InlineData("rabbit", "BASIC_AUTH")]
    public void Create_TypeOfTheSource_IsKept(string source, string type)
        => Assert.Equal([new SourceAccess(type, Secret)], Create(source, Access((type, Secret))).SourceAccess);

    [Theory]
    [InlineData("kafka", "VIRTUAL_HOST")]
    [InlineData("rabbit", "SASL_SCRAM_512_AUTH")]
    [InlineData("rabbit", "VPC_SUBNET")]
    public void Create_TypeOfAnotherSource_IsRefused(string source, string type)
        => Assert.Contains("not valid for this event source", Refused(() => Create(source, Access((type, Secret)))).Message);

    [Fact]
    public void Create_SecretThatIsNoSecretArn_IsRefused()
        => Assert.Contains("must be the ARN of a secret", Refused(() => Create("rabbit", Access(("BASIC_AUTH", "guest:guest")))).Message);

    [Fact]
    public void Create_TwoKindsOfCredentials_AreRefused()
        => Assert.Contains(
            "only one type of authentication",
            Refused(() => Create("kafka", Access(("BASIC_AUTH", Secret), ("SASL_SCRAM_512_AUTH", Secret)))).Message);

    [Fact]
    public void Create_TwoVirtualHosts_AreRefused()
        => Assert.Contains(
            "VIRTUAL_HOST only once",
            Refused(() => Create("rabbit", Access(("VIRTUAL_HOST", "/"), ("VIRTUAL_HOST", "/b")))).Message);

    [Fact]
    public void Create_SubnetsOfSelfManagedKafka_AreKept()
        => Assert.Equal(2, Create("kafka", Access(("VPC_SUBNET", "subnet:a"), ("VPC_SUBNET", "subnet:b"))).SourceAccess.Count);

    [Fact]
    public void Update_OtherVirtualHost_IsRefused()
    {
        var present = Enabled("rabbit", Access(("BASIC_AUTH", Secret), ("VIRTUAL_HOST", "/a")));

        Assert.Equal("VIRTUAL_HOST cannot be changed.", Refused(() => Update(present, Access(("VIRTUAL_HOST", "/b")))).Message);
    }

    [Fact]
    public void Update_OtherSecret_KeepsTheVirtualHost()
    {
        var present = Enabled("rabbit", Access(("BASIC_AUTH", Secret), ("VIRTUAL_HOST", "/a")));

        var changed = Update(present, Access(("BASIC_AUTH", Secret + "2")));

        Assert.Equal([new SourceAccess("BASIC_AUTH", Secret + "2"), new SourceAccess("VIRTUAL_HOST", "/a")], changed.SourceAccess);
    }

    private static string Access(params (string Type, string Uri)[] given)
    {
        var list = given.Select(one => $$"""{"Type":"{{one.Type}}","URI":"{{one.Uri}}"}""");
        return $"\"SourceAccessConfigurations\":[{string.Join(',', list)}]";
    }
}
