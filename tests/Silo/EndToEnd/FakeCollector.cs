using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Dispatcher.Testing;

namespace Dispatcher.Silo.Tests.EndToEnd;

/// <summary>An OpenTelemetry collector (OTLP over HTTP) that keeps what it gets.</summary>
internal sealed class FakeCollector : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Task _serving;

    public FakeCollector()
    {
        _listener.Prefixes.Add(Url + "/");
        _listener.Start();
        _serving = ServeAsync();
    }

    public string Url { get; } = $"http://127.0.0.1:{FreePorts.Take()}";

    /// <summary>All bodies by path, as Latin-1 text: names inside the protobuf stay readable.</summary>
    public ConcurrentDictionary<string, string> Received { get; } = new();

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _serving;
        _listener.Close();
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            using var body = new StreamReader(context.Request.InputStream, Encoding.Latin1);
            var text = await body.ReadToEndAsync();
            Received.AddOrUpdate(context.Request.Url!.AbsolutePath, text, (_, before) => before + text);
            context.Response.ContentType = "application/x-protobuf";
            context.Response.Close();
        }
    }
}
