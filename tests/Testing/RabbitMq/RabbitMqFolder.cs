using System.Diagnostics;
using System.Globalization;

namespace Dispatcher.Testing.RabbitMq;

/// <summary>Everything that one RabbitMQ node has to itself: folder, ports, names, certificates.</summary>
internal sealed class RabbitMqFolder
{
    public const string User = "dispatcher";
    public const string Password = "right-password";

    private readonly string _root;
    private readonly int _distributionPort;
    private readonly Dictionary<string, string> _environment;

    private RabbitMqFolder(string root)
    {
        _root = root;
        (Port, TlsPort, _distributionPort, MapperPort) = (FreePorts.Take(), FreePorts.Take(), FreePorts.Take(), FreePorts.Take());
        CaFile = TestCertificates.Write(root);
        _environment = Environment();
        File.WriteAllText(In("enabled_plugins"), "[].");
        File.WriteAllText(In("rabbitmq.conf"), Configuration());
    }

    public int Port { get; }

    public int TlsPort { get; }

    public int MapperPort { get; }

    public string CaFile { get; }

    public string PidFile => In("pid");

    public string Output => In("output.txt");

    public static RabbitMqFolder Create()
        => new(Directory.CreateTempSubdirectory("dispatcher-rabbitmq-").FullName);

    /// <summary>How to start a program as a member of this node: with its environment and with a pipe as input.</summary>
    public ProcessStartInfo Info(string program, IEnumerable<string> arguments)
    {
        var info = new ProcessStartInfo(program, arguments) 
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            WorkingDirectory = _root,
        };
        foreach (var (name, value) in _environment)
        {
            info.Environment[name] = value;
        }

        return info;
    }

    /// <summary>The end of what the broker printed.</summary>
    public string LastOutput()
    {
        var text = File.Exists(Output) ? File.ReadAllText(Output) : "nothing was printed";
        return text.Length > 4_000 ? text[^4_000..] : text;
    }

    public void Delete() => Directory.Delete(_root, recursive: true);

    private Dictionary<string, string> Environment() => new()
    {
        ["HOME"] = _root,
        ["RABBITMQ_NODENAME"] = $"dispatcher{Port}@localhost",
        ["RABBITMQ_NODE_IP_ADDRESS"] = "127.0.0.1",
        ["RABBITMQ_NODE_PORT"] = Text(Port),
        ["RABBITMQ_DIST_PORT"] = Text(_distributionPort),
        ["RABBITMQ_MNESIA_BASE"] = In("mnesia"),
        ["RABBITMQ_LOG_BASE"] = In("log"),
        ["RABBITMQ_PID_FILE"] = PidFile,
        ["RABBITMQ_CONF_ENV_FILE"] = In("none.conf"),
        ["RABBITMQ_ENABLED_PLUGINS_FILE"] = In("enabled_plugins"),
        ["RABBITMQ_CONFIG_FILE"] = In("rabbitmq.conf"),
        ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
        ["ERL_EPMD_PORT"] = Text(MapperPort),
        ["RABBITMQ_CTL_ERL_ARGS"] = "-start_epmd false",

        // Two schedulers that sleep instead of spinning: the tests share the machine. Counters that are soon up to date.
        ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"]
            = "+S 2:2 +sbwt none +sbwtdcpu none +sbwtdio none -start_epmd false -rabbit quorum_tick_interval 300",
    };

    private string Configuration() => $"""
        default_user = {User}
        default_pass = {Password}
        disk_free_limit.absolute = 50MB
        collect_statistics_interval = 500
        raft.wal_max_size_bytes = 16000000
        listeners.ssl.1 = 127.0.0.1:{TlsPort}
        ssl_options.cacertfile = {CaFile}
        ssl_options.certfile = {In(TestCertificates.ServerFile)}
        ssl_options.keyfile = {In(TestCertificates.ServerKeyFile)}
        ssl_options.verify = verify_none

        """;

    private string In(string name) => Path.Combine(_root, name);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
