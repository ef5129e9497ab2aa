using System.Text.RegularExpressions;

namespace Dispatcher.Silo.Tests.Docs;

/// <summary>The document of promises names the tests that show them; a test that was renamed shows nothing.</summary>
public sealed partial class DeliveryTests
{
    [Fact]
    public async Task Delivery_NamedTests_Exist()
    {
        var root = Root();
        var sources = Directory.EnumerateFiles(Path.Combine(root, "tests"), "*.cs", SearchOption.AllDirectories)
            .GroupBy(file => Path.GetFileNameWithoutExtension(file)!).ToDictionary(g => g.Key, g => g.ToList());
        var named = TestName().Matches(await File.ReadAllTextAsync(Path.Combine(root, "docs", "delivery.md")));
        Assert.InRange(named.Count, 10, int.MaxValue);

        foreach (var (type, method) in named.Select(m => (m.Groups["type"].Value, m.Groups["method"].Value)).Distinct())
        {
            Assert.True(sources.TryGetValue(type, out var files), $"docs/delivery.md names {type}, which is in no file of tests");
            var texts = await Task.WhenAll(files!.Select(file => File.ReadAllTextAsync(file)));
            Assert.True(texts.Any(t => t.Contains($" {method}", StringComparison.Ordinal)), $"docs/delivery.md names {type}.{method}, which is not there");
        }
    }

    /// <summary>The document says that end-to-end tests end with the ledger: every class of them that makes a mapping looks at it.</summary>
    [Fact]
    public async Task EndToEndTests_WithAMapping_LookAtTheLedger()
    {
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Root(), "tests", "Silo", "EndToEnd"), "*Tests.cs", SearchOption.AllDirectories))
        {
            var text = await File.ReadAllTextAsync(file);
            Assert.True(
                !MakesMapping().IsMatch(text) || text.Contains("MappingLedger.BalancedAsync(", StringComparison.Ordinal) || text.Contains(".EndAsync()", StringComparison.Ordinal),
                $"{file} makes a mapping and does not look at its ledger");
        }
    }

    [GeneratedRegex("Map(Stream)?Async\\(|create-event-source-mapping", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex MakesMapping();

    /// <summary>A test class, its method where one is named; an ellipsis stands for the rest of a long name.</summary>
    [GeneratedRegex("`(?<type>\\w+(Tests|Ledger))(\\.(?<method>\\w+))?…?`", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex TestName();

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Dispatcher.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("the tests do not run inside of the sources");
        }

        return folder;
    }
}
