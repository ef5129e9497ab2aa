using System.CommandLine;
using Dispatcher.Contracts.Store;
using Dispatcher.Silo.Configuration;
using Dispatcher.Silo.Hosting;
using Dispatcher.Silo.Orleans;

namespace Dispatcher.Silo.Cli;

/// <summary><c>dispatcher serve</c>: the server, until it is told to stop.</summary>
internal static class ServeCommand
{
    /// <summary>The command with its options. An option that is not given leaves the setting to environment and file.</summary>
    public static Command Create()
    {
        var config = new Option<string?>("--config") { Description = "JSON file with settings; see the README for all of them", HelpName = "FILE" };
        var settings = Settings();
        var command = new Command("serve", "Start the server. Settings: --config file, then environment DISPATCHER__NAME, then these options; the later wins.")
        {
            config,
        };
        var cluster = new Option<bool>("--cluster") { Description = "Take part in a cluster of silos over PostgreSQL instead of running alone" };
        command.Add(cluster);
        foreach (var (_, option) in settings)
        {
            command.Add(option);
        }

        command.SetAction((parsed, cancellation) =>
        {
            var given = settings
                .Where(setting => parsed.GetValue(setting.Option) is not null)
                .ToDictionary(setting => setting.Key, setting => parsed.GetValue(setting.Option));
            if (parsed.GetValue(cluster))
            {
                given["Cluster:Enabled"] = "true";
            }

            return RunAsync(parsed.GetValue(config), given, cancellation);
        });
        return command;
    }

    private static (string Key, Option<string?> Option)[] Settings() =>
    [
        ("Data", Text("--data", "FOLDER", "Folder of the store and of unpacked functions (default ./data)")),
        ("Url", Text("--url", "URL", "Where the API listens (default http://127.0.0.1:9000; port 0 takes a free one)")),
        ("Region", Text("--region", "NAME", "Region of every ARN (default us-east-1)")),
        ("Account", Text("--account", "ID", "Account of every ARN, 12 digits (default 000000000000)")),
        ("Cluster:Role", Text("--role", "ROLE", "In a cluster: all (default), silo (no API but health and metrics), gateway (only the API; functions run on the silos)")),
        ("Cluster:Postgres", Text("--postgres", "STRING", "Keep the state in this PostgreSQL database instead of the data folder; a cluster needs it (Host=…;Username=…;Database=…)")),
        ("Cluster:SiloPort", Text("--silo-port", "PORT", "In a cluster: port for other silos (default 11111; 0 takes a free one)")),
        ("Cluster:GatewayPort", Text("--gateway-port", "PORT", "In a cluster: port for gateways (default 30000; 0 takes a free one)")),
        ("Cluster:AdvertiseAddress", Text("--advertise-address", "IP", "In a cluster: address that others reach this process at (default: the machine's first)")),
        ("Log:Level", Text("--log-level", "LEVEL", "Lowest level logged: Trace, Debug, Information, Warning, Error, Critical, None (default Information)")),
        ("Log:Format", Text("--log-format", "FORMAT", "text or json (default text); logs go to standard error")),
    ];

    private static Option<string?> Text(string name, string value, string description)
        => new(name) { Description = description, HelpName = value };

    private static async Task<int> RunAsync(string? file, Dictionary<string, string?> commandLine, CancellationToken cancellation)
    {
        var read = ConfigReader.Read(file, commandLine);
        if (read.Config.Cluster.Enabled && !ClusterHosting.Available)
        {
            return Terminal.Fail("this build has no cluster support: the NuGet source it was built from lacks the Orleans packages");
        }

        if (read.Errors.Count > 0)
        {
            return Terminal.Fail(read.Message);
        }

        try
        {
            await Server.RunAsync(read.Config, cancellation);
            return 0;
        }
        catch (Exception e) when (e is StartupException or StoreException)
        {
            return Terminal.Fail(e.Message);
        }
    }
}
