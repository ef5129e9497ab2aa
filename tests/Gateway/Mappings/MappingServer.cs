using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Destinations;
using Dispatcher.Contracts.Functions;
using Dispatcher.Contracts.Grains;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Sources;
using Dispatcher.Contracts.Store;
using Dispatcher.Gateway.Lambda.Mappings;
using Dispatcher.Testing.Memory;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Gateway.Tests.Mappings;

/// <summary>The gateway with the mapping operations alone, on a free port, in us-west-2 of account 123456789012.</summary>
internal sealed class MappingServer : IAsyncDisposable
{
    private const string Mappings = "/2015-03-31/event-source-mappings";

    private readonly WebApplication _app;
    private readonly HttpClient _client;

    private MappingServer(WebApplication app)
    {
        _app = app;
        Url = app.Urls.First();
        _client = new HttpClient { BaseAddress = new Uri(Url) };
    }

    public string Url { get; }

    public Catalog Catalog => _app.Services.GetRequiredService<Catalog>();

    public ActingGrains Grains => (ActingGrains)_app.Services.GetRequiredService<IGrainDirectory>();

    /// <summary>Starts a server that knows the function my-function and its version 1.</summary>
    public static async Task<MappingServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(new DispatcherConfig { Region = MappingRequests.Region, Account = MappingRequests.Account });
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<IStore>(new MemoryStore());
        builder.Services.AddSingleton<Catalog>();
        builder.Services.AddSingleton<IGrainDirectory, ActingGrains>();
        builder.Services.AddSingleton<ISourceFactory, AnySource>();
        builder.Services.AddSingleton<IDestinationWriter, AnyDestination>();
        builder.Services.AddGateway().AddMappingOperations();
        var app = builder.Build();
        app.MapGateway();
        await app.StartAsync();
        var server = new MappingServer(app);
        foreach (var version in (string[])["my-function", "my-function:1", "other-function"])
        {
            var config = new FunctionConfig { Name = version.Split(':')[0] };
            await server.Catalog.Functions.CreateAsync(version, config, CancellationToken.None);
        }

        return server;
    }

    /// <summary>Creates a mapping of a source of <see cref="MappingRequests"/> that must be taken; returns its UUID.</summary>
    public async Task<string> CreateAsync(string source, string members = "", string function = "my-function")
        => (string)(await PostAsync(202, source, members, $"\"FunctionName\":\"{function}\""))["UUID"]!;

    public Task<JsonObject> PostAsync(int status, params string[] members) => SendAsync(status, HttpMethod.Post, "", members);

    public Task<JsonObject> PutAsync(int status, string uuid, params string[] members)
        => SendAsync(status, HttpMethod.Put, $"/{uuid}", members);

    public Task<JsonObject> GetAsync(int status, string tail) => SendAsync(status, HttpMethod.Get, tail);

    public Task<JsonObject> DeleteAsync(int status, string uuid) => SendAsync(status, HttpMethod.Delete, $"/{uuid}");

    /// <summary>The status that a create request with this body gets.</summary>
    public async Task<System.Net.HttpStatusCode> SendAnyAsync(string body)
    {
        using var content = new StringContent(body);
        using var response = await _client.PostAsync(Mappings, content);
        return response.StatusCode;
    }

    /// <summary>What the store has.</summary>
    public async Task<MappingConfig?> StoredAsync(string uuid)
        => (await Catalog.Mappings.FindAsync(uuid, CancellationToken.None))?.Value;

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
    }

    private async Task<JsonObject> SendAsync(int status, HttpMethod method, string tail, params string[] members)
    {
        using var request = new HttpRequestMessage(method, Mappings + tail);
        if (members.Length > 0)
        {
            request.Content = new StringContent($"{{{string.Join(',', members.Where(one => one.Length > 0))}}}");
        }

        using var response = await _client.SendAsync(request);
        var body = await response.Content.ReadFromJsonAsync<JsonObject>() ?? [];
        Assert.True(status == (int)response.StatusCode, $"{(int)response.StatusCode}: {body.ToJsonString()}");
        if (status >= 400)
        {
            body["error-type"] = response.Headers.GetValues("x-amzn-ErrorType").Single();
        }

        return body;
    }
}
