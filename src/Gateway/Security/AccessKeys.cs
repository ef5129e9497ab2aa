using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Errors;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Gateway.Security;

/// <summary>
/// The configured access keys and the admin token. They are read again from time to time; where that fails, those read last
/// stay good, which is logged.
/// </summary>
internal sealed partial class AccessKeys(DispatcherConfig config, TimeProvider time, ILogger<AccessKeys> log)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(30);

    private readonly Lock _reading = new();
    private volatile Ring? _ring;

    /// <summary>Whether calls must be signed.</summary>
    public bool AreRequired => config.AccessKeys.Count > 0;

    /// <summary>The key of an id.</summary>
    public bool TryFind(string id, [NotNullWhen(true)] out AccessKey? key) => Current().Keys.TryGetValue(id, out key);

    /// <summary>Whether a text is the admin token; takes the same time wherever they differ.</summary>
    public bool IsToken(string text)
        => Current().TokenHash is { } hash && CryptographicOperations.FixedTimeEquals(hash, Hash(text));

    private Ring Current()
    {
        var ring = _ring;
        return ring is not null && time.GetElapsedTime(ring.Read) < Fresh ? ring : Renew(ring);
    }

    private Ring Renew(Ring? old)
    {
        lock (_reading)
        {
            if (_ring != old)
            {
                return _ring!;
            }

            try
            {
                return _ring = Read(old);
            }
            catch (ServiceException error) when (old is not null)
            {
                LogKept(log, error.Message);
                return _ring = old with { Read = time.GetTimestamp() };
            }
        }
    }

    private Ring Read(Ring? old)
    {
        var keys = new Dictionary<string, AccessKey>();
        var secrets = new Dictionary<string, string>();
        foreach (var (id, key) in config.AccessKeys)
        {
            var secret = secrets[id] = SecretReader.Read($"AccessKeys:{id}", key.ToSecret());
            var account = key.Account.Length == 0 ? config.Account : key.Account;
            keys[id] = old is not null && old.Secrets[id] == secret ? old.Keys[id] : new AccessKey(id, secret, account, key.User);
        }

        var token = config.AdminToken is { } admin ? Hash(SecretReader.Read("AdminToken", admin)) : null;
        return new Ring(keys, secrets, token, time.GetTimestamp());
    }

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));

    [LoggerMessage(EventName = "AccessKeysKept", Level = LogLevel.Warning,
        Message = "Access keys cannot be read again, those read last stay good: {Reason}")]
    private static partial void LogKept(ILogger logger, string reason);

    private sealed record Ring(
        Dictionary<string, AccessKey> Keys, Dictionary<string, string> Secrets, byte[]? TokenHash, long Read);
}
