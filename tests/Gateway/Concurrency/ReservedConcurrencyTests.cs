using Dispatcher.Contracts.Invocations;
using Dispatcher.Gateway.Tests.Versions;
using Dispatcher.Gateway.Tests.Wire;

namespace Dispatcher.Gateway.Tests.Concurrency;

public sealed class ReservedConcurrencyTests : IAsyncLifetime
{
    private const string Path = "/2017-10-31/functions/f/concurrency";

    private GatewayServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await GatewayServer.StartAsync();
        (await _server.CreateFunctionAsync()).Succeeds(201);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Put_Get_Delete_AreShownEverywhere()
    {
        Assert.Equal("{}", (await GetAsync("f")).Succeeds(200).GetRawText());

        Assert.Equal(5, (await PutAsync("f", 5)).Succeeds(200).GetProperty("ReservedConcurrentExecutions").GetInt32());

        Assert.Equal(5, (await GetAsync("f")).Succeeds(200).GetProperty("ReservedConcurrentExecutions").GetInt32());
        Assert.Equal(5, (await FunctionAsync()).GetProperty("Concurrency").GetProperty("ReservedConcurrentExecutions").GetInt32());
        Assert.Equal((1000, 995), await AccountAsync());
        Assert.Contains("f", _server.Notices.Changed);

        Assert.Equal(204, (await _server.SendAsync("DELETE", Path)).Status);
        Assert.Equal(204, (await _server.SendAsync("DELETE", Path)).Status);
        Assert.Equal("{}", (await GetAsync("f")).Succeeds(200).GetRawText());
        Assert.False((await FunctionAsync()).TryGetProperty("Concurrency", out _));
        Assert.Equal((1000, 1000), await AccountAsync());
    }

    [Fact]
    public async Task Put_TooLittleLeft_IsRefusedOverAllFunctions()
    {
        (await _server.CreateFunctionAsync("g")).Succeeds(201);
        (await PutAsync("f", 600)).Succeeds(200);

        Assert.Equal(
            "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [100].",
            (await PutAsync("g", 301)).Fails(400, "InvalidParameterValueException"));
        (await PutAsync("g", 300)).Succeeds(200);
        (await PutAsync("g", 0)).Succeeds(200);
        (await PutAsync("f", 900)).Succeeds(200);
        (await PutAsync("f", 901)).Fails(400, "InvalidParameterValueException");
        Assert.Equal((1000, 100), await AccountAsync());
    }

    [Fact]
    public async Task Put_BadInput_IsRefused()
    {
        (await _server.SendAsync("PUT", Path, "{}")).Fails(400, "ValidationException");
        (await PutAsync("f", -1)).Fails(400, "ValidationException");
        (await PutAsync("none", 1)).Fails(404, "ResourceNotFoundException");
        (await GetAsync("none")).Fails(404, "ResourceNotFoundException");
        (await PutAsync("f:1", 1)).Fails(400, "InvalidParameterValueException");
    }

    [Fact]
    public async Task DeleteFunction_GivesItsReservationBack()
    {
        (await PutAsync("f", 700)).Succeeds(200);

        Assert.Equal(204, (await _server.SendAsync("DELETE", "/2015-03-31/functions/f")).Status);

        Assert.Equal((1000, 1000), await AccountAsync());
        (await _server.CreateFunctionAsync()).Succeeds(201);
        Assert.Equal("{}", (await GetAsync("f")).Succeeds(200).GetRawText());
    }

    [Fact]
    public async Task Invoke_Throttled_IsAnswered429WithReasonAndRetryAfter()
    {
        _server.Invoker.Script = _ => new InvocationOutcome.Throttled(InvocationOutcome.Throttled.ReservedLimit, TimeSpan.FromSeconds(1));

        var answer = await _server.SendAsync("POST", "/2015-03-31/functions/f/invocations", "{}");

        Assert.Equal("Rate Exceeded.", answer.Fails(429, "TooManyRequestsException"));
        Assert.Contains("\"Reason\":\"ReservedFunctionConcurrentInvocationLimitExceeded\"", answer.Body);
        Assert.Equal("1", answer.Headers["Retry-After"]);
    }

    private Task<WireAnswer> PutAsync(string function, int reserved)
        => _server.SendAsync("PUT", $"/2017-10-31/functions/{function}/concurrency", $$"""{"ReservedConcurrentExecutions":{{reserved}}}""");

    private Task<WireAnswer> GetAsync(string function) => _server.SendAsync("GET", $"/2019-09-30/functions/{function}/concurrency");

    private async Task<System.Text.Json.JsonElement> FunctionAsync() => (await _server.SendAsync("GET", "/2015-03-31/functions/f")).Succeeds(200);

    private async Task<(int All, int Unreserved)> AccountAsync()
    {
        var limit = (await _server.SendAsync("GET", "/2016-08-19/account-settings")).Succeeds(200).GetProperty("AccountLimit");
        return (limit.GetProperty("ConcurrentExecutions").GetInt32(), limit.GetProperty("UnreservedConcurrentExecutions").GetInt32());
    }
}
