using System.Net;
using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Errors;

namespace Dispatcher.Silo.Configuration;

/// <summary>Checks who may call the server.</summary>
internal static class AccessValidator
{
    /// <summary>Everything that is wrong, one sentence each.</summary>
    public static IEnumerable<string> Validate(DispatcherConfig config)
    {
        if (config is { AccessKeys.Count: 0, AllowInsecure: false } && ListenUrl.Parse(config.Url) is { } url && !IsLoopback(url.Host))
        {
            yield return $"Url '{config.Url}' is open to other machines and there are no AccessKeys, so anybody could run code here: "
                + "configure AccessKeys:ID:Value, listen on http://127.0.0.1, or set AllowInsecure to true";
        }

        foreach (var (id, key) in config.AccessKeys)
        {
            if (id.Length == 0 || id.Contains('/', StringComparison.Ordinal))
            {
                yield return $"AccessKeys:{id} must have an id without slashes";
            }

            if (key.Account.Length > 0 && (key.Account.Length != 12 || !key.Account.All(char.IsAsciiDigit)))
            {
                yield return $"AccessKeys:{id}:Account '{key.Account}' must be 12 digits";
            }

            if (Broken($"AccessKeys:{id}", key.ToSecret()) is { } error)
            {
                yield return error;
            }
        }

        if (config.AdminToken is { } token && (config.AccessKeys.Count == 0 ? "AdminToken needs AccessKeys" : Broken("AdminToken", token)) is { } wrong)
        {
            yield return wrong;
        }
    }

    private static bool IsLoopback(string host)
        => host == "localhost" || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));

    /// <summary>What is wrong with a secret that has to be there at the start; null where nothing is.</summary>
    /// <param name="name">What errors call it.</param>
    /// <param name="secret">Where it is.</param>
    /// <param name="characters">How many it must have at least.</param>
    public static string? Broken(string name, SecretConfig secret, int characters = 1)
    {
        var given = (secret.Value is null ? 0 : 1) + (secret.File is null ? 0 : 1) + (secret.Environment is null ? 0 : 1);
        if (given != 1)
        {
            return $"{name} must have exactly one of Value, File and Environment";
        }

        try
        {
            var length = SecretReader.Read(name, secret).Length;
            return length >= characters ? null : length == 0 ? $"{name} is empty" : $"{name} must have {characters} characters or more";
        }
        catch (ServiceException e)
        {
            return e.Message;
        }
    }
}
