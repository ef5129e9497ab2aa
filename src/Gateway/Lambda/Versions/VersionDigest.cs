using System.Security.Cryptography;
using System.Text.Json;
using Dispatcher.Contracts.Functions;
using Dispatcher.Contracts.Store;

namespace Dispatcher.Gateway.Lambda.Versions;

/// <summary>Tells whether a function's code and configuration are still those that were published last.</summary>
internal static class VersionDigest
{
    /// <summary>SHA-256 of everything but times, revisions and tags.</summary>
    public static string Of(FunctionConfig config)
    {
        var published = config with
        {
            LastModifiedMs = 0,
            RevisionId = "",
            PublishedVersion = 0,
            PublishedDigest = null,
            Tags = new Dictionary<string, string>(),
        };
        var json = JsonSerializer.SerializeToUtf8Bytes(published, ContractsJson.Default.FunctionConfig);
        return Convert.ToHexStringLower(SHA256.HashData(json));
    }
}
