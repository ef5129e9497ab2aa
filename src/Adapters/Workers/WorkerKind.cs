namespace Dispatcher.Adapters.Workers;

/// <summary>How the worker of a zip function is started.</summary>
internal enum WorkerKind
{
    /// <summary>Not here.</summary>
    Unsupported,

    /// <summary><c>provided.*</c>: the archive's own <c>bootstrap</c>.</summary>
    Provided,

    /// <summary><c>nodejs*</c>: the machine's Node.js with our runtime client.</summary>
    Node,

    /// <summary><c>python3.*</c>: the machine's Python with our runtime client.</summary>
    Python,
}
