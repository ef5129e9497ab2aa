using System.Globalization;

namespace Dispatcher.Adapters.Workers.Processes;

/// <summary>What the kernel tells about processes in <c>/proc</c>. A process that is gone, or another user's, is nothing.</summary>
internal static class ProcessStat
{
    private const int SessionField = 6;
    private const int StartField = 22;

    /// <summary>Ids of all processes that can be seen; none where there is no <c>/proc</c>.</summary>
    public static IEnumerable<int> All()
    {
        if (!Directory.Exists("/proc"))
        {
            yield break;
        }

        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder.AsSpan()), CultureInfo.InvariantCulture, out var id))
            {
                yield return id;
            }
        }
    }

    /// <summary>The session of a process, which is the id of its first process; 0 where it is gone.</summary>
    public static long Session(int id) => Field(id, SessionField);

    /// <summary>When a process started, in ticks since the machine did; 0 where it is gone. With the id it names it for good.</summary>
    public static long Start(int id) => Field(id, StartField);

    /// <summary>Memory of a process in bytes: all that is resident, and without what files back; zeros where it is gone.</summary>
    public static (long Resident, long Own) Memory(int id)
    {
        Span<char> text = stackalloc char[128];
        Span<Range> fields = stackalloc Range[4];
        var line = text[..Read($"/proc/{id}/statm", text)];
        if (line.Split(fields, ' ') < 4
            || !long.TryParse(line[fields[1]], CultureInfo.InvariantCulture, out var resident)
            || !long.TryParse(line[fields[2]], CultureInfo.InvariantCulture, out var shared))
        {
            return (0, 0);
        }

        return (resident * Environment.SystemPageSize, (resident - shared) * Environment.SystemPageSize);
    }

    /// <summary>The environment that a process was started with, zero bytes between the variables; empty where it cannot be read.</summary>
    public static byte[] Environ(int id)
    {
        try
        {
            return File.ReadAllBytes($"/proc/{id}/environ");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>The namespace in which a process has its id; null where that cannot be seen.</summary>
    public static string? Namespace(string id)
    {
        try
        {
            return new FileInfo($"/proc/{id}/ns/pid").LinkTarget;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static long Field(int id, int number)
    {
        Span<char> text = stackalloc char[1024];
        Span<Range> fields = stackalloc Range[StartField];
        var line = text[..Read($"/proc/{id}/stat", text)];
        line = line[(line.LastIndexOf(')') + 1)..].TrimStart(' '); // the name before may contain anything; field 3 comes next
        var count = line.Split(fields, ' ');
        return number - 3 < count && long.TryParse(line[fields[number - 3]], CultureInfo.InvariantCulture, out var value) ? value : 0;
    }

    private static int Read(string path, Span<char> text)
    {
        Span<byte> bytes = stackalloc byte[text.Length];
        try
        {
            using var file = File.OpenHandle(path);
            return System.Text.Encoding.Latin1.GetChars(bytes[..RandomAccess.Read(file, bytes, 0)], text);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }
}
