using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Silo.Tests.EndToEnd;

/// <summary>
/// An HTTP function in the test's own process, so that no death of the server touches what it saw. It answers an invocation
/// only after its records are written down.
/// </summary>
internal sealed class Witness : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly WebApplication _app;
    private readonly Lock _lock = new();
    private readonly List<Delivery> _seen = [];
    private readonly HashSet<int> _numbers = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _running;
    private int _batches;
    private int _life;

    private Witness(WebApplication app) => _app = app;

    /// <summary>Where it is called.</summary>
    public string Url => _app.Urls.First() + "/function";

    /// <summary>What it does after it wrote an invocation down; returns the status of its answer. 200 at once by default.</summary>
    public Func<IReadOnlyList<Delivery>, Task<int>> Answer { get; set; } = _ => Task.FromResult(StatusCodes.Status200OK);

    /// <summary>How many different numbers came.</summary>
    public int Distinct
    {
        get
        {
            lock (_lock)
            {
                return _numbers.Count;
            }
        }
    }

    /// <summary>Everything that came, in the order in which it came, repeats included.</summary>
    public IReadOnlyList<Delivery> Seen
    {
        get
        {
            lock (_lock)
            {
                return [.. _seen];
            }
        }
    }

    /// <summary>The numbers of each invocation.</summary>
    public IReadOnlyList<int[]> Batches => [.. Seen.GroupBy(d => d.Batch).Select(b => b.Select(d => d.Number).ToArray())];

    /// <summary>Starts it on a free port.</summary>
    public static async Task<Witness> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var witness = new Witness(app);
        app.MapPost("/function", witness.TakeAsync);
        await app.StartAsync();
        return witness;
    }

    /// <summary>Waits until that many different numbers came.</summary>
    public Task SeenAsync(int distinct) => UntilAsync(() => _numbers.Count >= distinct, $"{distinct} records");

    /// <summary>The server is dead: waits for what it had sent already, and counts another life from now on.</summary>
    public async Task NextLifeAsync()
    {
        await UntilAsync(() => _running == 0, "the end of all invocations");
        lock (_lock)
        {
            _life++;
        }
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task UntilAsync(Func<bool> reached, string what)
    {
        using var limit = new CancellationTokenSource(s_patience);
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (reached())
                {
                    return;
                }

                changed = _changed.Task;
            }

            try
            {
                await changed.WaitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"did not see {what} within {s_patience}; {Distinct} different records came");
            }
        }
    }

    private async Task TakeAsync(HttpContext http)
    {
        Change(() => _running++);
        try
        {
            using var json = await JsonDocument.ParseAsync(http.Request.Body);
            var records = WriteDown(json.RootElement);
            http.Response.StatusCode = await Answer(records);
        }
        finally
        {
            Change(() => _running--);
        }
    }

    private List<Delivery> WriteDown(JsonElement payload)
    {
        lock (_lock)
        {
            var records = EventReader.Read(payload, _life, _batches++);
            _seen.AddRange(records);
            _numbers.UnionWith(records.Select(r => r.Number));
            return records;
        }
    }

    /// <summary>Wakes those who wait.</summary>
    private void Change(Action change)
    {
        lock (_lock)
        {
            change();
            _changed.TrySetResult();
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }
}
