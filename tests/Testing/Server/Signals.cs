using System.Runtime.InteropServices;

namespace Dispatcher.Testing.Server;

/// <summary>Signals that .NET's Process cannot send.</summary>
internal static partial class Signals
{
    private const int SigTerm = 15;

    /// <summary>Asks a process to end.</summary>
    public static void Terminate(int process)
    {
        if (Kill(process, SigTerm) != 0)
        {
            throw new InvalidOperationException($"SIGTERM to {process} failed: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}
