using System.Security.Cryptography;
using System.Text;
using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Errors;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Gateway.Push;

/// <summary>
/// The configured push sources and their tokens. Tokens are read again from time to time; where that fails, the one read last
/// stays good, which is logged.
/// </summary>
internal sealed partial class PushSources(DispatcherConfig config, IEnumerable<IPushFormat> formats, TimeProvider time, ILogger<PushSources> log)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(30);

    private readonly Dictionary<string, PushSource> _sources =
        config.Push.ToDictionary(one => one.Key, one => PushSource.From(one.Key, one.Value, formats, config));

    private readonly Lock _reading = new();
    private volatile Ring? _ring;

    /// <summary>
    /// The source of that name whose token is shown. Whoever has no token at all learns nothing: neither the answer nor its time
    /// tells which sources there are.
    /// </summary>
    /// <exception cref="ServiceException">The token is that of no source, or of another one.</exception>
    public PushSource Find(string name, string token)
    {
        var shown = Hash(token);
        var (right, any) = (false, false);
        foreach (var (source, hash) in Current().Hashes)
        {
            var fits = CryptographicOperations.FixedTimeEquals(hash, shown);
            any |= fits;
            right |= fits && source == name;
        }

        return right ? _sources[name]
            : any && !_sources.ContainsKey(name) ? throw PushErrors.UnknownSource(name)
            : throw PushErrors.WrongToken();
    }

    private Ring Current()
    {
        var ring = _ring;
        if (ring is not null && time.GetElapsedTime(ring.Read) < Fresh)
        {
            return ring;
        }

        lock (_reading)
        {
            return _ring == ring ? _ring = Read(ring) : _ring!;
        }
    }

    private Ring Read(Ring? old)
    {
        var hashes = new Dictionary<string, byte[]>();
        foreach (var (name, source) in config.Push)
        {
            try
            {
                var token = SecretReader.Read($"Push:{name}:Token", source.Token);
                hashes[name] = Hash(token.Length > 0 ? token : throw ServiceException.Invalid($"Push:{name}:Token is empty."));
            }
            catch (ServiceException error) when (old is not null)
            {
                LogKept(log, error.Message);
                hashes[name] = old.Hashes[name];
            }
        }

        return new Ring(hashes, time.GetTimestamp());
    }

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));

    [LoggerMessage(EventName = "PushTokenKept", Level = LogLevel.Warning, Message = "the token of a push source cannot be read again; the one read last stays good: {Reason}")]
    private static partial void LogKept(ILogger log, string reason);

    private sealed record Ring(IReadOnlyDictionary<string, byte[]> Hashes, long Read);
}
