using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Silo.Tests.EndToEnd;

/// <summary>An HTTP function of this process that counts the numbers it gets as messages of one RabbitMQ queue.</summary>
internal sealed class QueueFunction : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(120);

    private readonly WebApplication _app;
    private readonly string _key;
    private readonly Lock _lock = new();
    private readonly HashSet<int> _seen = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private QueueFunction(WebApplication app, string key) => (_app, _key) = (app, key);

    /// <summary>Where it is called.</summary>
    public string Url => _app.Urls.First() + "/function";

    /// <summary>Messages so far, each counted once.</summary>
    public int Distinct
    {
        get
        {
            lock (_lock)
            {
                return _seen.Count;
            }
        }
    }

    /// <summary>Messages so far, as often as they came.</summary>
    public int Total { get; private set; }

    /// <summary>Starts it.</summary>
    /// <param name="key">The name under which the event has its messages: <c>queue::virtualhost</c>.</param>
    public static async Task<QueueFunction> StartAsync(string key)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var function = new QueueFunction(app, key);
        app.MapPost("/function", function.TakeAsync);
        await app.StartAsync();
        return function;
    }

    /// <summary>Waits until that many different messages came.</summary>
    public async Task SeenAsync(int count)
    {
        using var limit = new CancellationTokenSource(s_patience);
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (_seen.Count >= count)
                {
                    return;
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(limit.Token);
        }
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task TakeAsync(HttpContext http)
    {
        using var json = await JsonDocument.ParseAsync(http.Request.Body);
        lock (_lock)
        {
            foreach (var message in json.RootElement.GetProperty("rmqMessagesByQueue").GetProperty(_key).EnumerateArray())
            {
                var text = Encoding.UTF8.GetString(message.GetProperty("data").GetBytesFromBase64());
                _seen.Add(int.Parse(text, CultureInfo.InvariantCulture));
                Total++;
            }

            _changed.TrySetResult();
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }
}
