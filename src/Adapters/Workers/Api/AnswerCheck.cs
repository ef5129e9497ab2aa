namespace Dispatcher.Adapters.Workers.Api;

/// <summary>Whether an answer of a worker belongs to what it runs.</summary>
internal enum AnswerCheck
{
    /// <summary>It does.</summary>
    Expected,

    /// <summary>That event was answered before.</summary>
    AlreadyAnswered,

    /// <summary>That event is not the worker's.</summary>
    UnknownId,
}
