using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Dispatcher.Silo.Orleans.Hosting;

/// <summary>
/// Ends the process at once where this silo must not or cannot work any more: the others have declared it dead, or it has lost
/// what it needs. Its process manager starts a new one. (Orleans would abort the process, with a core dump.)
/// </summary>
internal sealed partial class SiloEnd(ILogger<SiloEnd> logger) : IFatalErrorHandler
{
    private const int ExitCode = 1;

    /// <inheritdoc/>
    public bool IsUnexpected(Exception exception) => true;

    /// <inheritdoc/>
    public void OnFatalException(object? sender = null, string? context = null, Exception? exception = null)
    {
        LogEnd(logger, context ?? exception?.Message ?? "no reason was given", exception);
        Environment.Exit(ExitCode);
    }

    [LoggerMessage(EventName = "SiloEnded", Level = LogLevel.Critical, Message = "this silo ends now: {Reason}")]
    private static partial void LogEnd(ILogger logger, string reason, Exception? error);
}
