using System.Threading.Channels;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Names;
using Dispatcher.Pipeline.Shards;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Grains.Shards.Sessions;

/// <summary>
/// What the parts of a session share. Only the session's loop changes it and calls the engine; what runs beside the loop puts an
/// event into its mailbox.
/// </summary>
internal sealed partial class SessionState : IDisposable
{
    private readonly ChannelWriter<ShardEvent> _mailbox;
    private readonly CancellationTokenSource _reading = new();

    /// <param name="shard">The shard.</param>
    /// <param name="parts">What every shard works with.</param>
    /// <param name="mailbox">The loop's mailbox.</param>
    /// <param name="abort">Ends everything at once; what runs is left behind.</param>
    public SessionState(OpenShard shard, ShardParts parts, ChannelWriter<ShardEvent> mailbox, CancellationToken abort)
    {
        (Shard, Parts, Config, Abort, _mailbox) = (shard, parts, shard.Config, abort, mailbox);
        (Reading, Function) = (_reading.Token, FunctionName(Config));
        Engine = new ShardEngine(parts.Plans.Compile(Config, shard.Key.Shard, shard.Traits), shard.Start, parts.Random);
    }

    /// <summary>The shard.</summary>
    public OpenShard Shard { get; }

    /// <summary>What every shard works with.</summary>
    public ShardParts Parts { get; }

    /// <summary>Decides what is done.</summary>
    public ShardEngine Engine { get; }

    /// <summary>The configuration as it was last told.</summary>
    public MappingConfig Config { get; private set; }

    /// <summary>The name of the mapping's function.</summary>
    public string Function { get; private set; }

    /// <summary>Nothing more is read; batches that run may end.</summary>
    public bool IsStopping { get; private set; }

    /// <summary>Somebody else owns the shard now.</summary>
    public bool IsFenced { get; private set; }

    /// <summary>Cancelled when the session stops reading.</summary>
    public CancellationToken Reading { get; }

    /// <summary>Cancelled when what runs is to be left behind.</summary>
    public CancellationToken Abort { get; }

    /// <summary>The clock, milliseconds since 1970.</summary>
    public long NowMs => Parts.Time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Goes on with another configuration.</summary>
    public void Configure(MappingConfig config)
    {
        (Config, Function) = (config, FunctionName(config));
        Engine.Update(Parts.Plans.Compile(config, Shard.Key.Shard, Shard.Traits));
    }

    /// <summary>Remembers a configuration that came too late to be used.</summary>
    public void Keep(MappingConfig config) => Config = config;

    /// <summary>Stops reading.</summary>
    public async ValueTask StopAsync()
    {
        if (!IsStopping)
        {
            (IsStopping, Engine.Draining) = (true, true);
            await _reading.CancelAsync();
        }
    }

    /// <summary>The shard was taken by another owner.</summary>
    public void Fence()
    {
        if (!IsFenced)
        {
            LogFenced(Parts.Logger, Shard.Key);
            IsFenced = true;
        }
    }

    /// <summary>Tells the loop what has happened beside it.</summary>
    public async ValueTask TellAsync(ShardEvent happened) => await _mailbox.WriteAsync(happened, CancellationToken.None);

    /// <inheritdoc/>
    public void Dispose() => _reading.Dispose();

    private static string FunctionName(MappingConfig config)
        => FunctionRef.TryParse(config.FunctionArn, out var function, out _, out _) ? function.Name : "";

    [LoggerMessage(EventName = "ShardFenced", Level = LogLevel.Warning, Message = "shard {Shard} has another owner now; this one stops")]
    private static partial void LogFenced(ILogger logger, ShardKey shard);
}
