using System.Runtime.InteropServices;

namespace Dispatcher.Adapters.Workers.Processes;

/// <summary>The system calls that .NET does not offer. Names and numbers are those of Linux.</summary>
internal static unsafe partial class Native
{
    public const int SigKill = 9;
    public const int EpollIn = 1;
    public const int EpollAdd = 1;
    public const int EpollDelete = 2;
    public const int GetFlags = 3;
    public const int SetFlags = 4;
    public const int NonBlocking = 0x800;
    public const int CloseOnExec = 0x80000;
    public const int Interrupted = 4;

    /// <summary>Bytes of one <c>epoll_event</c>; it is packed on x86-64 only.</summary>
    public static readonly int EventSize = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;

    /// <summary>Where the user data of an <c>epoll_event</c> begins.</summary>
    public static readonly int EventData = EventSize - 8;

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    public static partial int Kill(int pid, int signal);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(int descriptor, byte* buffer, nint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int descriptor, byte* buffer, nint count);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    public static partial int Fcntl(int descriptor, int command, int argument);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    public static partial int EventFd(uint initial, int flags);

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    public static partial int EpollCreate(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    public static partial int EpollControl(int epoll, int operation, int descriptor, byte* entry);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    public static partial int EpollWait(int epoll, byte* entries, int count, int milliseconds);
}
