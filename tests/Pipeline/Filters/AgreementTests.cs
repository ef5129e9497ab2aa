using Dispatcher.Contracts.Sources;

namespace Dispatcher.Pipeline.Tests.Filters;

/// <summary>Filters agree with a slow and simple matcher on patterns and events made by chance.</summary>
public sealed class AgreementTests
{
    private const int PatternsOfASeed = 100;
    private const int EventsOfAPattern = 20;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 40)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Matches_AnyPatternAndEvent_AgreesWithTheSlowMatcher(int seed)
    {
        var maker = new PatternMaker(new Random(seed));
        var passed = 0;
        for (var i = 0; i < PatternsOfASeed; i++)
        {
            var pattern = maker.Pattern();
            var filter = Patterns.Filter(SourceKind.Stream, $"{{\"data\":{pattern}}}");
            for (var k = 0; k < EventsOfAPattern; k++)
            {
                var json = maker.Event();
                var passes = filter.Matches(Patterns.Of(json));

                Assert.True(passes == SlowMatcher.Matches(pattern, json), $"seed {seed}: {(passes ? "passes" : "is filtered")}: {pattern} {json}");
                passed += passes ? 1 : 0;
            }
        }

        // Were all events alike, nothing would have been shown.
        Assert.InRange(passed, PatternsOfASeed / 4, PatternsOfASeed * EventsOfAPattern / 2);
    }
}
