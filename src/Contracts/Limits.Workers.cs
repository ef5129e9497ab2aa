namespace Dispatcher.Contracts;

// Limits of functions that run: archives, workers, remote workers and HTTP.
public static partial class Limits
{
    /// <summary>Bytes of a zip archive sent inline (Lambda quota: 50 MB).</summary>
    public const int ZipBytes = 50 * 1024 * 1024;

    /// <summary>Bytes of an unpacked archive (Lambda quota: 250 MB).</summary>
    public const int UnzippedBytes = 250 * 1024 * 1024;

    /// <summary>Bytes of logs returned by X-Amz-Log-Type Tail (Lambda: last 4 KB).</summary>
    public const int LogTailBytes = 4 * 1024;

    /// <summary>Files and folders in one archive: more cannot come out of 50 MB of honest code; each costs a file here.</summary>
    public const int ArchiveEntries = 100_000;

    /// <summary>Characters of one name in an archive: what file systems of Linux take in bytes.</summary>
    public const int ArchiveNameLength = 255;

    /// <summary>Bytes of the target of a link in an archive: the longest path of Linux.</summary>
    public const int ArchiveLinkBytes = 4_096;

    /// <summary>Bytes of one line of a worker's log; a longer one is split (CloudWatch Logs: 256 KB; ours is for a console).</summary>
    public const int WorkerLogLineBytes = 16 * 1024;

    /// <summary>Bytes per second of one worker's output that are logged; more is counted and dropped, so that it harms nobody.</summary>
    public const int WorkerLogBytesPerSecond = 1024 * 1024;

    /// <summary>Bytes of a function's environment variables as JSON (Lambda quota: 4 KB).</summary>
    public const int EnvironmentBytes = 4 * 1024;

    /// <summary>Seconds that the URL of a function's archive is good for (Lambda documentation: 10 minutes).</summary>
    public const int CodeLinkSeconds = 600;

    /// <summary>Bytes of all function code together (Lambda quota: 75 GB); shown, not enforced.</summary>
    public const long TotalCodeBytes = 75L * 1024 * 1024 * 1024;

    /// <summary>Connections of one worker to the Runtime API: clients use one or two; more only cost file descriptors.</summary>
    public const int WorkerConnections = 64;

    /// <summary>
    /// Milliseconds that a call waits for a warm worker that is expected to be free by then, instead of starting one: a fraction of
    /// a cold start, so that a wrong expectation costs little.
    /// </summary>
    public const int WorkerTurnMs = 20;

    /// <summary>Milliseconds between two looks at the memory of workers: a page of one number costs microseconds.</summary>
    public const int WorkerMemoryCheckMs = 100;

    /// <summary>Milliseconds between two looks at the memory of what workers started: all processes of the machine are looked at.</summary>
    public const int WorkerSessionCheckMs = 1_000;

    /// <summary>Open connections of remote workers to one process: each costs a few kilobytes.</summary>
    public const int RemoteWorkerConnections = 20_000;

    /// <summary>
    /// Milliseconds for which clients keep an idle connection at least (.NET: 60 s, Go and Rust: 90 s): one that closes earlier
    /// while its event runs tells that the worker is gone.
    /// </summary>
    public const int RemoteIdleConnectionMs = 55_000;

    /// <summary>Milliseconds that an answer may still come on another connection after the event's was closed.</summary>
    public const int RemoteAnswerGraceMs = 2_000;

    /// <summary>Seconds after which a silent connection of a remote worker is probed; after twice that it is given up.</summary>
    public const int RemoteProbeSeconds = 15;

    /// <summary>Milliseconds that an HTTP function may take to accept a connection.</summary>
    public const int HttpConnectMs = 10_000;

    /// <summary>Milliseconds after which a connection to an HTTP function is made anew, so that a change of its addresses is seen.</summary>
    public const int HttpConnectionMs = 300_000;
}
