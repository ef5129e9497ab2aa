namespace Dispatcher.Pipeline.Shards;

/// <summary>Why a batch is given up; the names are AWS's conditions.</summary>
internal enum GiveUpReason
{
    /// <summary>It failed more often than MaximumRetryAttempts allows.</summary>
    RetryAttemptsExhausted,

    /// <summary>It is older than MaximumRecordAgeInSeconds.</summary>
    RecordAgeExceeded,

    /// <summary>A single record does not fit into a payload.</summary>
    MaximumPayloadSizeExceeded,
}
