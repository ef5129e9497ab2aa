using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Testing.Functions;

/// <summary>
/// An HTTP function in the test's own process. It holds every event until the gate is opened, and writes it down at its end; an
/// invocation whose caller has died has no end.
/// </summary>
public sealed class GatedFunction : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, int> _ended = new();
    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _begun;

    private GatedFunction(WebApplication app) => _app = app;

    /// <summary>Where it is called.</summary>
    public string Url => _app.Urls.First() + "/function";

    /// <summary>Invocations that have begun, ended or not.</summary>
    public int Begun => Volatile.Read(ref _begun);

    /// <summary>The events that were dealt with to the end, each once.</summary>
    public IReadOnlySet<string> Ended => _ended.Keys.ToHashSet();

    /// <summary>Starts it on a free port, with the gate closed.</summary>
    public static async Task<GatedFunction> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var function = new GatedFunction(app);
        app.MapPost("/function", function.TakeAsync);
        await app.StartAsync();
        return function;
    }

    /// <summary>Lets all events end, those that are held and those that come.</summary>
    public void Open() => _gate.TrySetResult();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Open();
        await _app.DisposeAsync();
    }

    private async Task TakeAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body);
        var text = await reader.ReadToEndAsync(http.RequestAborted);
        Interlocked.Increment(ref _begun);
        await _gate.Task.WaitAsync(http.RequestAborted);
        _ended.AddOrUpdate(text, 1, (_, times) => times + 1);
        await http.Response.WriteAsync("null", http.RequestAborted);
    }
}
