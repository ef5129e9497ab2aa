namespace Dispatcher.Contracts.Sources;

/// <summary>What is wrong with a source; decides the mapping's StateTransitionReason.</summary>
public enum SourceErrorKind
{
    /// <summary>The broker is not reachable or answered with a passing error; tried again.</summary>
    Unavailable,

    /// <summary>Wrong credentials or certificate (EVENT_SOURCE_AUTHN_ERROR).</summary>
    Authentication,

    /// <summary>Right credentials without the right to read (EVENT_SOURCE_AUTHZ_ERROR).</summary>
    Authorization,

    /// <summary>The topic, queue or stream does not exist, or the configuration makes no sense (ESM_CONFIG_NOT_VALID).</summary>
    Configuration,
}
