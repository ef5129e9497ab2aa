using Dispatcher.Gateway.Api;

namespace Dispatcher.Gateway.Security;

/// <summary>A body that was read to check its signature and waits for the operation. Whoever takes it gives the buffer back.</summary>
internal sealed class ReadBody(RequestBody body) : IDisposable
{
    private bool _taken;

    /// <summary>Takes the body; false where it was taken before.</summary>
    public bool TryTake(out RequestBody taken)
    {
        taken = body;
        var free = !_taken;
        _taken = true;
        return free;
    }

    /// <summary>Gives the buffer back where nobody took it.</summary>
    public void Dispose()
    {
        if (!_taken)
        {
            _taken = true;
            body.Dispose();
        }
    }
}
