namespace Dispatcher.Bench;

/// <summary>Prints results and remembers whether a goal was missed.</summary>
internal static class Report
{
    /// <summary>True once a goal was missed.</summary>
    public static bool Failed { get; private set; }

    /// <summary>A number to look at.</summary>
    public static void Line(string what, string value) => Console.WriteLine($"   {what,-44} {value}");

    /// <summary>A number that has a goal.</summary>
    public static void Goal(string what, double value, string goal, bool reached)
    {
        Failed |= !reached;
        Console.WriteLine($"   {what,-44} {value:0.00}   goal {goal}: {(reached ? "reached" : "MISSED")}");
    }

    /// <summary>The middle of some runs.</summary>
    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }
}
