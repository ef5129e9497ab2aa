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
