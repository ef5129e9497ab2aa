using System.Globalization;
using System.Text;

namespace Dispatcher.Silo.Demo;

/// <summary>
/// What the function's workers saw. Each worker appends a line per record to a file of its own in one folder:
/// <c>number latency</c>, the latency in milliseconds from the put call to the function.
/// </summary>
internal sealed class Deliveries(string folder, int records)
{
    private readonly Dictionary<string, long> _read = [];
    private readonly int[] _seen = new int[records];
    private readonly List<double> _latencies = [];

    /// <summary>Where the workers write.</summary>
    public string Folder => folder;

    /// <summary>Records that were seen at least once.</summary>
    public int Distinct { get; private set; }

    /// <summary>Deliveries beyond the first one of a record.</summary>
    public int Duplicates { get; private set; }

    /// <summary>Reads what was appended since the last time and returns how many deliveries that were.</summary>
    public int Read()
    {
        var before = _latencies.Count;
        foreach (var file in Directory.EnumerateFiles(folder))
        {
            _read[file] = Read(file, _read.GetValueOrDefault(file));
        }

        return _latencies.Count - before;
    }

    /// <summary>The latency in milliseconds below which this share of deliveries stayed; 0 where there was none.</summary>
    public double Latency(double share)
    {
        _latencies.Sort();
        return _latencies.Count == 0 ? 0 : _latencies[Math.Min(_latencies.Count - 1, (int)(share * _latencies.Count))];
    }

    /// <summary>Reads whole lines from an offset on and returns the offset behind them.</summary>
    private long Read(string file, long from)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        stream.Position = from;
        var bytes = new byte[stream.Length - from];
        var length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        var whole = bytes.AsSpan(0, length).LastIndexOf((byte)'\n') + 1;
        foreach (var line in Encoding.ASCII.GetString(bytes, 0, whole).AsSpan().EnumerateLines())
        {
            if (!line.IsEmpty)
            {
                Count(line);
            }
        }

        return from + whole;
    }

    private void Count(ReadOnlySpan<char> line)
    {
        var space = line.IndexOf(' ');
        var number = int.Parse(line[..space], CultureInfo.InvariantCulture);
        _latencies.Add(double.Parse(line[(space + 1)..], CultureInfo.InvariantCulture));
        if (_seen[number]++ == 0)
        {
            Distinct++;
        }
        else
        {
            Duplicates++;
        }
    }
}
