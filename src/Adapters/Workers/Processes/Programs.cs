namespace Dispatcher.Adapters.Workers.Processes;

/// <summary>Finds programs of this machine.</summary>
internal static class Programs
{
    private const UnixFileMode AnyExecute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>The full path of a program; looked for on PATH where the name has no slash. Null where it is not there.</summary>
    public static string? Find(string program)
    {
        if (program.Contains('/'))
        {
            var full = Path.GetFullPath(program);
            return IsProgram(full) ? full : null;
        }

        var folders = Environment.GetEnvironmentVariable("PATH") ?? "/usr/local/bin:/usr/bin:/bin";
        return folders.Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(IsProgram);
    }

    /// <summary>Whether a file is there that has an execute bit.</summary>
    public static bool IsProgram(string path)
        => !OperatingSystem.IsWindows() && File.Exists(path) && (File.GetUnixFileMode(path) & AnyExecute) != 0;
}
