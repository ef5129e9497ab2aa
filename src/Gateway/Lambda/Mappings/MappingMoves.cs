using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Sources;

namespace Dispatcher.Gateway.Lambda.Mappings;

/// <summary>The states that the API sets, and when it may.</summary>
internal static class MappingMoves
{
    private const string UserAction = "User action";
    private const string UserInitiated = "USER_INITIATED";

    /// <summary>Why a mapping moves when its owner wants it to; queues say it in another way than everything else.</summary>
    public static string Reason(SourceKind kind) => kind == SourceKind.Queue ? UserInitiated : UserAction;

    /// <summary>The state that a change begins with.</summary>
    public static MappingState Begin(bool wasEnabled, bool isEnabled) => (wasEnabled, isEnabled) switch
    {
        (false, true) => MappingState.Enabling,
        (true, false) => MappingState.Disabling,
        _ => MappingState.Updating,
    };

    /// <summary>
    /// Whether a mapping can be changed now. It can always be switched off: where its source does not answer, the state that it
    /// is moving to may never come.
    /// </summary>
    public static bool CanUpdate(MappingConfig config, bool switchesOff) => config.State switch
    {
        MappingState.Enabled or MappingState.Disabled => true,
        MappingState.Deleting => false,
        _ => switchesOff || IsStuck(config),
    };

    /// <summary>Whether a mapping can be deleted now: also between two states, for the same reason.</summary>
    public static bool CanDelete(MappingConfig config) => config.State != MappingState.Deleting;

    /// <summary>
    /// A mapping whose source has a problem (a broker that is down, a wrong secret) may stay between two states for long.
    /// A change may be the cure, so it is not refused then.
    /// </summary>
    private static bool IsStuck(MappingConfig config) => config.StateReason is not (UserAction or UserInitiated);
}
