using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Dispatcher.Cluster.Tests.Partitions;

/// <summary>
/// A network namespace for each silo, with links of its own to every other silo, to PostgreSQL and to the function (both in
/// this process's namespace), so that each can be cut by itself: packets then vanish without a word, as in a broken network.
/// </summary>
internal sealed class SiloNetwork : IAsyncDisposable
{
    private readonly int _silos;
    private readonly string _id = (Environment.ProcessId % 10_000).ToString(CultureInfo.InvariantCulture);
    private readonly string _net = $"10.{(100 + (Environment.ProcessId % 100)).ToString(CultureInfo.InvariantCulture)}";

    private SiloNetwork(int silos) => _silos = silos;

    /// <summary>Where silos reach the function.</summary>
    public string FunctionAddress => $"{_net}.0.1";

    /// <summary>Where silos reach PostgreSQL.</summary>
    public string PostgresAddress => $"{_net}.0.2";

    /// <summary>Everything here, for PostgreSQL's list of who may connect.</summary>
    public string Everybody => $"{_net}.0.0/16";

    /// <summary>Makes the network; skips the test, with the reason, where that is not permitted.</summary>
    public static async Task<SiloNetwork> CreateAsync(int silos)
    {
        Assert.SkipUnless(Environment.UserName == "root", "network namespaces need root");
        Assert.SkipUnless(File.Exists("/usr/sbin/ip") || File.Exists("/sbin/ip") || File.Exists("/usr/bin/ip"), "the program ip is not installed (Debian: apt-get install iproute2)");
        var network = new SiloNetwork(silos);
        var trouble = await network.TryCreateAsync();
        if (trouble is not null)
        {
            await network.DisposeAsync();
            Assert.Skip($"network namespaces are not permitted here: {trouble}");
        }

        return network;
    }

    /// <summary>The beginning of a command that runs in a silo's namespace.</summary>
    public string[] Launcher(int silo) => ["ip", "netns", "exec", Namespace(silo)];

    /// <summary>Where other silos reach a silo.</summary>
    public string PeerAddress(int silo) => $"{_net}.100.{N(silo + 1)}";

    /// <summary>Where the function sees a silo's calls come from.</summary>
    public string CallerAddress(int silo) => $"{_net}.{N(silo + 1)}.2";

    /// <summary>Cuts a silo off from PostgreSQL, or heals that.</summary>
    public Task CutPostgresAsync(int silo, bool cut) => RunAsync($"link set {Link("s", silo)} {(cut ? "down" : "up")}");

    /// <summary>Cuts a silo off from all others, or heals that.</summary>
    public Task CutPeersAsync(int silo, bool cut)
    {
        var commands = new StringBuilder();
        foreach (var other in Enumerable.Range(0, _silos).Where(o => o != silo))
        {
            commands.AppendLine(CultureInfo.InvariantCulture, $"link set {Peer(silo, other)} {(cut ? "down" : "up")}");
            if (!cut)
            {
                // The routes went with the link.
                commands.AppendLine(Route(silo, other));
            }
        }

        return RunAsync(commands.ToString(), Namespace(silo));
    }

    /// <summary>Whether a silo can connect to an address.</summary>
    public async Task<bool> ReachesAsync(int silo, string address, int port)
    {
        string[] command = [.. Launcher(silo), "bash", "-c", $"exec 3<>/dev/tcp/{address}/{N(port)}"];
        using var process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { UseShellExecute = false, RedirectStandardError = true })!;
        await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // Links end with their namespaces. What is not there is no trouble.
        for (var silo = 0; silo < _silos; silo++)
        {
            await TryRunAsync($"netns del {Namespace(silo)}");
        }

        await TryRunAsync($"addr del {FunctionAddress}/32 dev lo");
        await TryRunAsync($"addr del {PostgresAddress}/32 dev lo");
    }

    private async Task<string?> TryCreateAsync()
    {
        var outside = new StringBuilder();
        outside.AppendLine(CultureInfo.InvariantCulture, $"addr add {FunctionAddress}/32 dev lo").AppendLine(CultureInfo.InvariantCulture, $"addr add {PostgresAddress}/32 dev lo");
        for (var silo = 0; silo < _silos; silo++)
        {
            outside.AppendLine(CultureInfo.InvariantCulture, $"netns add {Namespace(silo)}");
            AddOutside(outside, "f", silo, $"{_net}.{N(silo + 1)}.1");
            AddOutside(outside, "s", silo, $"{_net}.{N(silo + 11)}.1");
        }

        foreach (var (a, b) in Pairs())
        {
            outside.AppendLine(CultureInfo.InvariantCulture, $"link add {Peer(a, b)} netns {Namespace(a)} type veth peer name {Peer(b, a)} netns {Namespace(b)}");
        }

        var trouble = await TryRunAsync(outside.ToString());
        for (var silo = 0; silo < _silos && trouble is null; silo++)
        {
            trouble = await TryRunAsync(Inside(silo), Namespace(silo));
        }

        return trouble;
    }

    private void AddOutside(StringBuilder commands, string kind, int silo, string address) => commands
        .AppendLine(CultureInfo.InvariantCulture, $"link add {Link(kind, silo)} type veth peer name {kind} netns {Namespace(silo)}")
        .AppendLine(CultureInfo.InvariantCulture, $"addr add {address}/30 dev {Link(kind, silo)}")
        .AppendLine(CultureInfo.InvariantCulture, $"link set {Link(kind, silo)} up");

    private string Inside(int silo)
    {
        var commands = new StringBuilder("link set lo up\n");
        commands.AppendLine(CultureInfo.InvariantCulture, $"addr add {PeerAddress(silo)}/32 dev lo");
        foreach (var (kind, net, far) in new[] { ("f", silo + 1, FunctionAddress), ("s", silo + 11, PostgresAddress) })
        {
            commands.AppendLine(CultureInfo.InvariantCulture, $"addr add {_net}.{N(net)}.2/30 dev {kind}");
            commands.AppendLine(CultureInfo.InvariantCulture, $"link set {kind} up");
            commands.AppendLine(CultureInfo.InvariantCulture, $"route add {far}/32 via {_net}.{N(net)}.1");
        }

        foreach (var other in Enumerable.Range(0, _silos).Where(o => o != silo))
        {
            commands.AppendLine(CultureInfo.InvariantCulture, $"addr add {PeerNet(silo, other)}.{N(silo < other ? 1 : 2)}/30 dev {Peer(silo, other)}");
            commands.AppendLine(CultureInfo.InvariantCulture, $"link set {Peer(silo, other)} up");
            commands.AppendLine(Route(silo, other));
        }

        return commands.ToString();
    }

    private string Route(int silo, int other)
        => $"route add {PeerAddress(other)}/32 via {PeerNet(silo, other)}.{N(silo < other ? 2 : 1)} src {PeerAddress(silo)}";

    private string PeerNet(int a, int b) => $"{_net}.{N(110 + (10 * Math.Min(a, b)) + Math.Max(a, b))}";

    private IEnumerable<(int A, int B)> Pairs()
        => Enumerable.Range(0, _silos).SelectMany(a => Enumerable.Range(a + 1, _silos - a - 1).Select(b => (a, b)));

    private string Namespace(int silo) => $"dispatcher-{_id}-{N(silo)}";

    private string Link(string kind, int silo) => $"d{_id}{kind}{N(silo)}";

    private static string Peer(int silo, int other) => $"p{N(silo)}{N(other)}";

    private static string N(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static async Task RunAsync(string commands, string? inside = null)
        => Assert.Null(await TryRunAsync(commands, inside));

    /// <summary>Runs commands of ip; returns what it complained of.</summary>
    private static async Task<string?> TryRunAsync(string commands, string? inside = null)
    {
        string[] where = inside is null ? [] : ["-n", inside];
        using var process = Process.Start(new ProcessStartInfo("ip", [.. where, "-batch", "-"]) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardError = true })!;
        await process.StandardInput.WriteAsync(commands);
        process.StandardInput.Close();
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? null : error.ReplaceLineEndings(" ");
    }
}
