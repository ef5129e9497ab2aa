using Dispatcher.Contracts.Functions;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Queues;
using Dispatcher.Contracts.Streams;

namespace Dispatcher.Contracts.Store;

/// <summary>The typed documents of a store.</summary>
public sealed class Catalog(IStore store)
{
    /// <summary>Functions; the key is <c>name</c> for <c>$LATEST</c> and <c>name:version</c> for a published version.</summary>
    public DocumentTable<FunctionConfig> Functions { get; } =
        new(store.Documents, "function", ContractsJson.Default.FunctionConfig);

    /// <summary>How asynchronous invocations are treated, by <c>name:qualifier</c>.</summary>
    public DocumentTable<EventInvokeConfig> EventInvokeConfigs { get; } =
        new(store.Documents, "event-invoke-config", ContractsJson.Default.EventInvokeConfig);

    /// <summary>Aliases; the key is <c>function:alias</c>.</summary>
    public DocumentTable<AliasConfig> Aliases { get; } =
        new(store.Documents, "alias", ContractsJson.Default.AliasConfig);

    /// <summary>What is set aside of the account's concurrency, under <see cref="AccountConcurrency.Key"/>.</summary>
    public DocumentTable<AccountConcurrency> Concurrency { get; } =
        new(store.Documents, "concurrency", ContractsJson.Default.AccountConcurrency);

    /// <summary>Provisioned concurrency; the key is <c>name:qualifier</c>.</summary>
    public DocumentTable<ProvisionedConfig> Provisioned { get; } =
        new(store.Documents, "provisioned-concurrency", ContractsJson.Default.ProvisionedConfig);

    /// <summary>Policies; the key is <c>function</c> or <c>function:qualifier</c>.</summary>
    public DocumentTable<PolicyConfig> Policies { get; } =
        new(store.Documents, "policy", ContractsJson.Default.PolicyConfig);

    /// <summary>Mappings by UUID.</summary>
    public DocumentTable<MappingConfig> Mappings { get; } =
        new(store.Documents, "mapping", ContractsJson.Default.MappingConfig);

    /// <summary>What only one mapping may hold, by the digest of it.</summary>
    public DocumentTable<MappingClaim> MappingClaims { get; } =
        new(store.Documents, "mapping-claim", ContractsJson.Default.MappingClaim);

    /// <summary>Embedded streams by name.</summary>
    public DocumentTable<StreamConfig> Streams { get; } =
        new(store.Documents, "stream", ContractsJson.Default.StreamConfig);

    /// <summary>Embedded queues by name.</summary>
    public DocumentTable<QueueConfig> Queues { get; } =
        new(store.Documents, "queue", ContractsJson.Default.QueueConfig);

    /// <summary>Message move tasks by handle.</summary>
    public DocumentTable<QueueMove> QueueMoves { get; } =
        new(store.Documents, "queue-move", ContractsJson.Default.QueueMove);
}
