namespace Dispatcher.Silo.Demo;

/// <summary>The end of the demo.</summary>
internal static class Summary
{
    /// <summary>Prints the table and returns the exit code: 0 only if nothing was lost.</summary>
    public static int Print(TextWriter terminal, int put, Deliveries deliveries, TimeSpan elapsed)
    {
        var lost = put - deliveries.Distinct;
        terminal.WriteLine($"""

              records put              {put,12:N0}
              delivered                {deliveries.Distinct,12:N0}
              lost                     {lost,12:N0}
              duplicated               {deliveries.Duplicates,12:N0}
              records/s                {put / elapsed.TotalSeconds,12:N0}
              latency, end to end p50  {deliveries.Latency(0.50),9:N1} ms
              latency, end to end p99  {deliveries.Latency(0.99),9:N1} ms

            {(lost == 0 ? "Nothing was lost." : $"{lost:N0} records were lost.")}
            """);
        return lost == 0 ? 0 : 1;
    }
}
