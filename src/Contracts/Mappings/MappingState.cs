namespace Dispatcher.Contracts.Mappings;

/// <summary>The states of a mapping, in AWS's words.</summary>
public enum MappingState
{
    /// <summary>Accepted; its shards are being found.</summary>
    Creating,

    /// <summary>Being switched on.</summary>
    Enabling,

    /// <summary>Polling.</summary>
    Enabled,

    /// <summary>Being switched off: batches in flight end first.</summary>
    Disabling,

    /// <summary>Not polling.</summary>
    Disabled,

    /// <summary>A change is being applied.</summary>
    Updating,

    /// <summary>Being taken away: batches in flight end first.</summary>
    Deleting,
}
