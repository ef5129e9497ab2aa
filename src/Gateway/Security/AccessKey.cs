using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Dispatcher.Contracts;

namespace Dispatcher.Gateway.Security;

/// <summary>One access key with the signing keys made of it.</summary>
internal sealed class AccessKey(string id, string secret, string account, string user)
{
    private readonly ConcurrentDictionary<string, byte[]> _signing = new();
    private readonly byte[] _secret = Encoding.UTF8.GetBytes("AWS4" + secret);

    /// <summary>Its id.</summary>
    public string Id { get; } = id;

    /// <summary>Account of whoever has it.</summary>
    public string Account { get; } = account;

    /// <summary>Principal of whoever has it.</summary>
    public string Arn { get; } = $"arn:aws:iam::{account}:user/{user}";

    /// <summary>The signature of a text in lower-case hex.</summary>
    /// <param name="scope">Day, region and service of the signing key.</param>
    /// <param name="text">The string to sign.</param>
    public string Sign(CredentialScope scope, string text)
    {
        var name = scope.ToString();
        if (!_signing.TryGetValue(name, out var key))
        {
            if (_signing.Count >= Limits.SigningKeys)
            {
                _signing.Clear();
            }

            _signing[name] = key = Derive(scope);
        }

        return Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text)));
    }

    private byte[] Derive(CredentialScope scope)
        => Mac(Mac(Mac(Mac(_secret, scope.Date), scope.Region), scope.Service), CredentialScope.End);

    private static byte[] Mac(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));
}
