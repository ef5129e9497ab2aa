using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Dispatcher.Testing;
using Dispatcher.Testing.Server;

namespace Dispatcher.Silo.Tests.EndToEnd;

/// <summary>The disk fills up, and has room again.</summary>
public sealed class FullDiskTests
{
    private const int Ballast = 12_000_000;
    private const int RecordBytes = 200_000;

    [Fact]
    public async Task FullDisk_WhileRecordsCome_IsAClearErrorAndLosesNothingAcknowledged()
    {
        await using var disk = await SmallDisk.MountAsync(megabytes: 32);
        var ballast = Path.Combine(disk.Path, "ballast");
        await File.WriteAllBytesAsync(ballast, new byte[Ballast]);
        await using var witness = await Witness.StartAsync();
        await using var server = await ServerProcess.StartAsync(new ServerOptions { Data = Path.Combine(disk.Path, "data") });
        var api = new Api(server.Url);
        await api.CreateFunctionAsync(witness.Url);
        await api.CreateStreamAsync("orders", 1);
        var uuid = await api.MapStreamAsync("orders", new JsonObject { ["BatchSize"] = 5 });

        var (taken, refusal) = await FillAsync(api);
        Assert.Equal(HttpStatusCode.InternalServerError, refusal.Status);
        Assert.Contains("is full", refusal.Body.GetProperty("message").GetString());
        Assert.InRange(taken, 1, 200);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await api.StatusAsync("/health/ready"));
        Assert.Equal(HttpStatusCode.OK, await api.StatusAsync("/health/live"));
        await witness.SeenAsync(taken);
        File.Delete(ballast);
        await Eventually.EqualAsync(HttpStatusCode.OK, async () => (await PutAsync(api, taken)).Status);
        await witness.SeenAsync(taken + 1);

        await server.KillAsync();
        await server.StartAgainAsync();
        (await PutAsync(api, taken + 1)).Must(HttpStatusCode.OK);
        await witness.SeenAsync(taken + 2);
        await api.StateAsync(uuid, "Enabled");
        await MappingLedger.BalancedAsync(server.Url);
    }

    /// <summary>Puts numbers until one is refused; returns how many were taken, and the refusal.</summary>
    private static async Task<(int Taken, ApiAnswer Refusal)> FillAsync(Api api)
    {
        for (var number = 0; ; number++)
        {
            var answer = await PutAsync(api, number);
            if (answer.Status != HttpStatusCode.OK)
            {
                return (number, answer);
            }
        }
    }

    private static Task<ApiAnswer> PutAsync(Api api, int number) => api.KinesisAsync("PutRecord", new JsonObject
    {
        ["StreamName"] = "orders",
        ["PartitionKey"] = "k",
        ["Data"] = Convert.ToBase64String(Encoding.ASCII.GetBytes(number.ToString($"D{RecordBytes}", System.Globalization.CultureInfo.InvariantCulture))),
    });
}
