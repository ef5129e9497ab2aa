namespace Dispatcher.Contracts.Functions;

/// <summary>
/// What is set aside of the account's concurrency, in one document, so that the account's own limits hold whoever changes it.
/// </summary>
public sealed record AccountConcurrency
{
    /// <summary>The key of the only document.</summary>
    public const string Key = "account";

    /// <summary>The key of the permits that functions without a reservation share. No function has a name like this.</summary>
    public const string UnreservedKey = "$unreserved";

    /// <summary>Nothing is set aside.</summary>
    public static readonly AccountConcurrency None = new();

    /// <summary>Reserved concurrency by function: guarantee and cap, 0 turns it off.</summary>
    public IReadOnlyDictionary<string, int> Reserved { get; set; } = new Dictionary<string, int>();

    /// <summary>Provisioned concurrency by <c>name:qualifier</c>.</summary>
    public IReadOnlyDictionary<string, int> Provisioned { get; set; } = new Dictionary<string, int>();

    /// <summary>The reservation of a function; null without.</summary>
    public int? ReservedOf(string function) => Reserved.TryGetValue(function, out var reserved) ? reserved : null;

    /// <summary>The provisioned concurrency of a function, all its versions and aliases together.</summary>
    public int ProvisionedOf(string function)
        => Provisioned.Where(p => Function(p.Key).SequenceEqual(function)).Sum(p => p.Value);

    /// <summary>What is left for functions without a reservation; not below 0.</summary>
    /// <param name="account">The account's concurrency.</param>
    public int Unreserved(int account) => (int)Math.Max(0, account - Reserved.Values.Sum(r => (long)r));

    /// <summary>What is left of it for functions that have nothing provisioned either.</summary>
    /// <param name="account">The account's concurrency.</param>
    public int Shared(int account)
        => (int)Math.Max(0, Unreserved(account) - Provisioned.Where(p => !Reserved.ContainsKey(Function(p.Key).ToString())).Sum(p => (long)p.Value));

    /// <summary>How many permits there are of a key: a function's name or <see cref="UnreservedKey"/>.</summary>
    /// <param name="key">The key.</param>
    /// <param name="account">The account's concurrency.</param>
    public int Cap(string key, int account) => key == UnreservedKey ? Unreserved(account) : ReservedOf(key) ?? 0;

    /// <summary>The same with another reservation of a function; null takes it away.</summary>
    public AccountConcurrency WithReserved(string function, int? reserved) => this with { Reserved = With(Reserved, function, reserved) };

    /// <summary>The same with other provisioned concurrency of a version or alias (<c>name:qualifier</c>); null takes it away.</summary>
    public AccountConcurrency WithProvisioned(string key, int? provisioned) => this with { Provisioned = With(Provisioned, key, provisioned) };

    /// <summary>The same without anything of a function.</summary>
    public AccountConcurrency Without(string function) => new()
    {
        Reserved = With(Reserved, function, null),
        Provisioned = Provisioned.Where(p => !Function(p.Key).SequenceEqual(function)).ToDictionary(p => p.Key, p => p.Value),
    };

    private static ReadOnlySpan<char> Function(string key) => key.AsSpan(0, key.IndexOf(':') is >= 0 and var colon ? colon : key.Length);

    private static Dictionary<string, int> With(IReadOnlyDictionary<string, int> all, string key, int? value)
    {
        var changed = new Dictionary<string, int>(all);
        changed.Remove(key);
        if (value is { } number)
        {
            changed[key] = number;
        }

        return changed;
    }
}
