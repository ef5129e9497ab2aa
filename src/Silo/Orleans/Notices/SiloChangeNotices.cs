using Dispatcher.Contracts;
using Dispatcher.Contracts.Grains;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Dispatcher.Silo.Orleans.Notices;

/// <summary>
/// Tells every silo of the membership directly and waits for its answer: when the call ends, all silos that live have heard.
/// (A broadcast channel reaches one grain per key, not one ear per silo.) A silo that cannot be reached is either lost or
/// learns of it on its way out; one that joins has nothing compiled yet.
/// </summary>
internal sealed partial class SiloChangeNotices(
    NoticeHandlers handlers,
    INoticeClient client,
    ILocalSiloDetails self,
    IClusterMembershipService membership,
    TimeProvider time,
    ILogger<SiloChangeNotices> logger) : IChangeNotices
{
    /// <summary>How long the caller waits for a silo: it may be one that is just being lost.</summary>
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromMilliseconds(Limits.NoticeMs);

    /// <inheritdoc/>
    public async ValueTask FunctionChangedAsync(string name, CancellationToken cancellation)
    {
        handlers.FunctionChanged(name);
        var others = membership.CurrentSnapshot.Members.Values
            .Where(m => m.Status is SiloStatus.Active or SiloStatus.Joining && !m.SiloAddress.Equals(self.SiloAddress));
        await Task.WhenAll(others.Select(m => TellAsync(m.SiloAddress, name, cancellation)));
    }

    /// <inheritdoc/>
    public IDisposable OnFunctionChanged(Action<string> handler) => handlers.Add(handler);

    private async Task TellAsync(SiloAddress silo, string name, CancellationToken cancellation)
    {
        try
        {
            await client.FunctionChangedAsync(silo, name).WaitAsync(AnswerWithin, time, cancellation);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            LogNotTold(logger, silo, name, e);
        }
    }

    [LoggerMessage(EventName = "SiloNotTold", Level = LogLevel.Warning, Message = "silo {Silo} could not be told that function {Function} changed")]
    private static partial void LogNotTold(ILogger logger, SiloAddress silo, string function, Exception error);
}
