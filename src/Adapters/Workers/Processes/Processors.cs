using System.Globalization;

namespace Dispatcher.Adapters.Workers.Processes;

/// <summary>Whether the machine's processors have time left, from <c>/proc/stat</c>; where that cannot be read they have.</summary>
internal sealed class Processors(TimeProvider clock)
{
    private const string File = "/proc/stat";
    private const int IdleField = 4;
    private const int WaitField = 5;

    /// <summary>Shorter spans say little: the kernel counts in hundredths of a second.</summary>
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(200);

    /// <summary>Longer spans are mostly about other work than what runs now.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    /// <summary>The share of all time that must be idle; less is what any busy machine has.</summary>
    private const double Spare = 0.1;

    private readonly Lock _gate = new();
    private (long Idle, long All) _last = Read();
    private long _at = clock.GetTimestamp();
    private bool _haveTime;

    /// <summary>Whether at least a tenth of their time was idle just now; no where nobody asked in the last second.</summary>
    public bool HaveTime
    {
        get
        {
            lock (_gate)
            {
                var span = clock.GetElapsedTime(_at);
                if (span >= Shortest)
                {
                    var now = Read();
                    _haveTime = span <= Longest && now.Idle - _last.Idle >= Spare * (now.All - _last.All);
                    (_last, _at) = (now, clock.GetTimestamp());
                }

                return _haveTime;
            }
        }
    }

    private static (long Idle, long All) Read()
    {
        try
        {
            var fields = System.IO.File.ReadLines(File).First().Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var ticks = Array.ConvertAll(fields[1..], field => long.Parse(field, CultureInfo.InvariantCulture));
            return (ticks[IdleField - 1] + ticks[WaitField - 1], ticks[..Math.Min(ticks.Length, 8)].Sum()); // guests are part of user
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or FormatException or InvalidOperationException or IndexOutOfRangeException)
        {
            return (0, 0);
        }
    }
}
