namespace Dispatcher.Silo.Cli;

/// <summary>What the commands say to the person in front of them.</summary>
internal static class Terminal
{
    /// <summary>Says on standard error why the command ends and returns its exit code, 1.</summary>
    public static int Fail(string message)
    {
        Console.Error.WriteLine($"dispatcher: {message}");
        return 1;
    }
}
