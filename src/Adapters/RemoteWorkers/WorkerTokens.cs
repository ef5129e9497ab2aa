using System.Security.Cryptography;
using System.Text;
using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Functions;
using Dispatcher.Contracts.Invocations;

namespace Dispatcher.Adapters.RemoteWorkers;

/// <summary>
/// Tokens are derived from a key, so nothing is stored: 160 bits of HMAC-SHA256 over function and version, in 32 lower-case
/// characters, because a token must fit into a label of a host name.
/// </summary>
internal sealed class WorkerTokens : IWorkerTokens
{
    /// <summary>Characters of a token.</summary>
    public const int Length = 32;

    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";
    private readonly byte[][] _keys;

    public WorkerTokens(DispatcherConfig config)
        => _keys = config.RemoteWorkers.Url.Length == 0 ? [] : [.. Read("Key", config.RemoteWorkers.Key), .. Read("OldKey", config.RemoteWorkers.OldKey)];

    /// <inheritdoc/>
    public string TokenOf(FunctionConfig function)
    {
        if (_keys.Length == 0)
        {
            throw ServiceException.Invalid("This server has no remote workers (setting RemoteWorkers:Url).");
        }

        return RemoteFunctions.Has(function)
            ? Derive(_keys[0], RemoteFunctions.Key(function))
            : throw ServiceException.Invalid($"{function.Name} is not run by remote workers: it is no image, or one with an http(s):// ImageUri.");
    }

    /// <summary>All tokens that are good for a version: the present one and that of the key before.</summary>
    public IEnumerable<string> Accepted(FunctionConfig function)
    {
        var version = RemoteFunctions.Key(function);
        return _keys.Select(key => Derive(key, version));
    }

    /// <summary>Whether a text has the form of a token.</summary>
    public static bool IsToken(ReadOnlySpan<char> text) => text.Length == Length && !text.ContainsAnyExcept(Alphabet);

    private static string Derive(byte[] key, string version)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"remote worker\n{version}"), hash);
        Span<char> text = stackalloc char[Length];
        for (var i = 0; i < Length; i++)
        {
            var bit = i * 5;
            var pair = (hash[bit / 8] << 8) | hash[(bit / 8) + 1];
            text[i] = Alphabet[(pair >> (11 - (bit % 8))) & 31];
        }

        return text.ToString();
    }

    private static IEnumerable<byte[]> Read(string name, SecretConfig? secret)
        => secret is null ? [] : [Encoding.UTF8.GetBytes(SecretReader.Read($"RemoteWorkers:{name}", secret))];
}
