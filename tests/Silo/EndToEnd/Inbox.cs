using System.Collections.Concurrent;
using System.Text.Json;
using Dispatcher.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Silo.Tests.EndToEnd;

/// <summary>An HTTP function of this process that keeps the events it gets and answers as a test wants.</summary>
internal sealed class Inbox : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Inbox(WebApplication app) => _app = app;

    /// <summary>Where it is called.</summary>
    public string Url => _app.Urls.First() + "/inbox";

    /// <summary>What came.</summary>
    public ConcurrentQueue<JsonElement> Events { get; } = new();

    /// <summary>The ids of the invocations that these events came with.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>The status of its answer where it is not 200, judged before <see cref="Answer"/>; 429 is a throttle.</summary>
    public Func<JsonElement, int> Status { get; set; } = _ => StatusCodes.Status200OK;

    /// <summary>What it does before it answers an event. Nothing by default.</summary>
    public Func<Task> Work { get; set; } = () => Task.CompletedTask;

    /// <summary>What it answers an event with; null is a function error. Empty by default.</summary>
    public Func<JsonElement, string?> Answer { get; set; } = _ => "";

    /// <summary>The numbers that are the data of an event's records, for each event.</summary>
    public IReadOnlyList<int[]> Batches => [.. Events.Select(Numbers)];

    /// <summary>The numbers that are the data of an event's records.</summary>
    public static int[] Numbers(JsonElement payload) => [.. EventReader.Read(payload, 0, 0).Select(r => r.Number)];

    /// <summary>Waits until that many events came.</summary>
    public Task CountAsync(int events) => Eventually.TrueAsync(() => Events.Count >= events, $"{events} events come");

    /// <summary>Starts it on a free port.</summary>
    public static async Task<Inbox> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var inbox = new Inbox(app);
        app.MapPost("/inbox", inbox.TakeAsync);
        await app.StartAsync();
        return inbox;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task TakeAsync(HttpContext http)
    {
        using var json = await JsonDocument.ParseAsync(http.Request.Body);
        var payload = json.RootElement.Clone();
        var status = Status(payload);
        var answer = status == StatusCodes.Status200OK ? Answer(payload) : "";
        Requests.Enqueue(http.Request.Headers["Lambda-Runtime-Aws-Request-Id"].ToString());
        Events.Enqueue(payload);
        await Work();
        http.Response.StatusCode = answer is null ? StatusCodes.Status500InternalServerError : status;
        await http.Response.WriteAsync(answer ?? "");
    }
}
