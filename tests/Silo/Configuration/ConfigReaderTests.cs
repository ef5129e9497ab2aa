using Dispatcher.Silo.Configuration;

namespace Dispatcher.Silo.Tests.Configuration;

public sealed class ConfigReaderTests : IDisposable
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"dispatcher-config-{Guid.NewGuid():N}.json");
    private readonly List<string> _variables = [];

    public void Dispose()
    {
        File.Delete(_file);
        _variables.ForEach(name => Environment.SetEnvironmentVariable(name, null));
    }

    [Fact]
    public void Read_AllThree_CommandLineWinsOverEnvironmentOverFile()
    {
        File.WriteAllText(_file, """{"Region":"file-1","Account":"111111111111","Data":"/tmp/file","Workers":{"IdleSeconds":7}}""");
        Set("DISPATCHER__REGION", "env-1");
        Set("DISPATCHER__ACCOUNT", "222222222222");
        Set("DISPATCHER__Sources__Kafka__main__BootstrapServers", "b:9092");

        var read = ConfigReader.Read(_file, new Dictionary<string, string?> { ["Region"] = "cli-1" });

        Assert.Empty(read.Errors);
        Assert.Equal(("cli-1", "222222222222", "/tmp/file", 7), (read.Config.Region, read.Config.Account, read.Config.Data, read.Config.Workers.IdleSeconds));
        Assert.Equal("b:9092", read.Config.Sources.Kafka["main"].BootstrapServers);
    }

    [Theory]
    [InlineData("""{"Regio":"x"}""", "unknown setting 'Regio'")]
    [InlineData("""{"Workers":{"Idle":1}}""", "unknown setting 'Workers:Idle'")]
    [InlineData("""{"Bogus":1,"Workers":{"Idle":1}}""", "unknown setting 'Bogus'")]
    [InlineData("""{"Bogus":1,"Workers":{"Idle":1}}""", "unknown setting 'Workers:Idle'")]
    [InlineData("""{"Region":{"Name":"x"}}""", "unknown setting 'Region:Name'")]
    [InlineData("""{"Secrets":{"db":{"Valeu":"x"}}}""", "unknown setting 'Secrets:db:Valeu'")]
    [InlineData("""{"Bogus":1,"DiscoverySeconds":"soon"}""", "unknown setting 'Bogus'")]
    [InlineData("""{"Cluster":{"Role":"gateway"}}""", "Cluster:Enabled")]
    [InlineData("""{"DiscoverySeconds":"soon"}""", "DiscoverySeconds")]
    [InlineData("{", "LineNumber: 0")]
    [InlineData("""{"Bogus":1,"DiscoverySeconds":0}""", "unknown setting 'Bogus'")]
    [InlineData("""{"Bogus":1,"DiscoverySeconds":0}""", "1..3600")]
    [InlineData("""{"DiscoverySeconds":0}""", "1..3600")]
    public void Read_WrongFile_SaysWhatIsWrong(string content, string expected)
    {
        File.WriteAllText(_file, content);

        var read = ConfigReader.Read(_file, new Dictionary<string, string?>());

        Assert.NotEmpty(read.Errors);
        Assert.Contains(expected, read.Message);
    }

    [Fact]
    public void Read_DictionariesAndLists_AreKnown()
    {
        File.WriteAllText(_file, """
            {
              "Sources": { "Kafka": { "main": { "BootstrapServers": "b:9092", "Client": { "client.id": "x" } } } },
              "Push": { "in": { "Kind": "CloudEvents", "Functions": ["f", "g"], "Token": { "Value": "t" } } },
              "AccessKeys": { "A": { "Value": "s" } },
              "AdminToken": { "Value": "a" }
            }
            """);

        Assert.Empty(ConfigReader.Read(_file, new Dictionary<string, string?>()).Errors);
    }

    [Fact]
    public void Read_MissingFile_NamesIt()
    {
        var read = ConfigReader.Read(_file, new Dictionary<string, string?>());

        Assert.Contains(_file, Assert.Single(read.Errors));
    }

    private void Set(string name, string value)
    {
        _variables.Add(name);
        Environment.SetEnvironmentVariable(name, value);
    }
}
