using System.Runtime.InteropServices;

namespace Dispatcher.Silo.Cli;

/// <summary>Cancels a command at SIGINT and SIGTERM, so that it can clean up before it ends.</summary>
internal sealed class Interrupt : IDisposable
{
    private readonly CancellationTokenSource _source;
    private readonly PosixSignalRegistration _int;
    private readonly PosixSignalRegistration _term;

    private Interrupt(CancellationToken cancellation)
    {
        _source = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _int = PosixSignalRegistration.Create(PosixSignal.SIGINT, Cancel);
        _term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Cancel);
    }

    /// <summary>Cancelled by a signal or by the token that it was made with.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>Whether that happened.</summary>
    public bool IsCancellationRequested => _source.IsCancellationRequested;

    /// <summary>Listens to signals until disposed.</summary>
    public static Interrupt Link(CancellationToken cancellation) => new(cancellation);

    /// <inheritdoc/>
    public void Dispose()
    {
        _int.Dispose();
        _term.Dispose();
        _source.Dispose();
    }

    private void Cancel(PosixSignalContext context)
    {
        context.Cancel = true;
        _source.Cancel();
    }
}
