using System.Diagnostics;

namespace Dispatcher.Silo.Demo;

/// <summary>The progress line: rewritten in place on a terminal, once a second elsewhere.</summary>
internal sealed class Progress(TextWriter terminal, int records)
{
    private const int Width = 40;

    private readonly bool _live = !Console.IsOutputRedirected;
    private long _shown = Stopwatch.GetTimestamp();

    /// <summary>Shows how many have arrived, not too often.</summary>
    public void Show(int arrived)
    {
        if (Stopwatch.GetElapsedTime(_shown) >= TimeSpan.FromSeconds(_live ? 0.1 : 1))
        {
            Write(arrived);
        }
    }

    /// <summary>Shows the last state and ends the line.</summary>
    public void End(int arrived)
    {
        Write(arrived);
        if (_live)
        {
            terminal.WriteLine();
        }
    }

    private void Write(int arrived)
    {
        _shown = Stopwatch.GetTimestamp();
        var full = (int)((long)Width * arrived / records);
        var line = $"   [{new string('#', full)}{new string('.', Width - full)}] {arrived:N0} of {records:N0} delivered";
        if (_live)
        {
            terminal.Write('\r' + line);
            terminal.Flush();
        }
        else
        {
            terminal.WriteLine(line);
        }
    }
}
