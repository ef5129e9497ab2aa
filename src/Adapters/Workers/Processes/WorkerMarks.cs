using System.Globalization;
using System.Text;

namespace Dispatcher.Adapters.Workers.Processes;

/// <summary>
/// The variable that tells a worker's processes from all others: <c>DISPATCHER_WORKER=SERVER-START-HOST.ADDRESS</c>. Children
/// inherit it, also those that leave the process group and the session, so all are found when their worker ends or their server has died.
/// </summary>
internal static class WorkerMarks
{
    /// <summary>The variable's name; functions cannot set it.</summary>
    public const string Variable = "DISPATCHER_WORKER";

    private const int Rounds = 3;
    private static readonly byte[] Assignment = Encoding.ASCII.GetBytes(Variable + "=");

    /// <summary>How the marks of one host's workers begin; the workers' addresses follow.</summary>
    public static string Begin() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Environment.ProcessId}-{ProcessStat.Start(Environment.ProcessId)}-{Guid.NewGuid():N}.");

    /// <summary>Kills every process with the mark, and what it starts meanwhile.</summary>
    /// <param name="mark">A worker's mark, or how it begins.</param>
    /// <returns>How many.</returns>
    public static int Kill(string mark) => KillWhere(found => found.StartsWith(mark, StringComparison.Ordinal));

    /// <summary>Kills the workers that servers of this machine left behind when they were killed.</summary>
    /// <returns>How many.</returns>
    public static int KillOrphans()
    {
        var here = ProcessStat.Namespace("self");
        return here is null ? 0 : KillWhere(IsOrphaned, here);
    }

    /// <summary>Whether the server that made a mark is gone. What is no mark is nobody's.</summary>
    public static bool IsOrphaned(string mark)
    {
        var parts = mark.Split('-');
        return parts.Length == 3
            && int.TryParse(parts[0], CultureInfo.InvariantCulture, out var server)
            && long.TryParse(parts[1], CultureInfo.InvariantCulture, out var start)
            && ProcessStat.Start(server) != start;
    }

    private static int KillWhere(Predicate<string> wanted, string? space = null)
    {
        var killed = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var before = killed;
            foreach (var id in ProcessStat.All())
            {
                if (id != Environment.ProcessId && Mark(id) is { } mark && wanted(mark)
                    && (space is null || ProcessStat.Namespace(id.ToString(CultureInfo.InvariantCulture)) == space))
                {
                    killed += Native.Kill(id, Native.SigKill) == 0 ? 1 : 0;
                }
            }

            if (killed == before)
            {
                break;
            }
        }

        return killed;
    }

    private static string? Mark(int id)
    {
        var variables = ProcessStat.Environ(id).AsSpan();
        while (!variables.IsEmpty)
        {
            var end = variables.IndexOf((byte)0);
            var one = end < 0 ? variables : variables[..end];
            if (one.StartsWith(Assignment))
            {
                return Encoding.ASCII.GetString(one[Assignment.Length..]);
            }

            variables = end < 0 ? [] : variables[(end + 1)..];
        }

        return null;
    }
}
