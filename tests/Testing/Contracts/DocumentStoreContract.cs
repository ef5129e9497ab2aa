using System.Text;
using Dispatcher.Contracts.Store;

namespace Dispatcher.Testing.Contracts;

/// <summary>What every <see cref="IDocumentStore"/> does.</summary>
public abstract class DocumentStoreContract : StoreContract
{
    private IDocumentStore Documents => Store.Documents;

    [Fact]
    public async Task GetAsync_UnknownKey_IsNull() => Assert.Null(await Documents.GetAsync("k", "none", Cancellation));

    [Fact]
    public async Task PutAsync_NewDocument_HasRevisionOneAndItsBody()
    {
        Assert.Equal(1, await PutAsync("k", "a", "{\"x\":\"é\"}", 0));

        var found = await Documents.GetAsync("k", "a", Cancellation);

        Assert.NotNull(found);
        Assert.Equal(("a", 1L, "{\"x\":\"é\"}"), (found.Key, found.Revision, Text(found)));
    }

    [Fact]
    public async Task PutAsync_ExistingDocumentExpectedNew_IsRefusedAndUnchanged()
    {
        await PutAsync("k", "a", "1", 0);

        Assert.Null(await PutAsync("k", "a", "2", 0));
        Assert.Equal("1", Text(await Documents.GetAsync("k", "a", Cancellation)));
    }

    [Fact]
    public async Task PutAsync_RightRevision_RaisesItByOne()
    {
        await PutAsync("k", "a", "1", 0);

        Assert.Equal(2, await PutAsync("k", "a", "2", 1));
        Assert.Equal(3, await PutAsync("k", "a", "3", 2));
        Assert.Equal("3", Text(await Documents.GetAsync("k", "a", Cancellation)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task PutAsync_WrongRevision_IsRefused(long expected)
    {
        await PutAsync("k", "a", "1", 0);
        await PutAsync("k", "a", "2", 1);

        Assert.Null(await PutAsync("k", "a", "x", expected));
    }

    [Fact]
    public async Task PutAsync_MissingDocumentExpectedThere_IsRefused()
        => Assert.Null(await PutAsync("k", "a", "1", 1));

    [Fact]
    public async Task PutAsync_CallerReusesItsMemory_StoredBodyStays()
    {
        var body = Encoding.UTF8.GetBytes("before");
        await Documents.PutAsync("k", "a", body, 0, Cancellation);
        Encoding.UTF8.GetBytes("after!", body);

        Assert.Equal("before", Text(await Documents.GetAsync("k", "a", Cancellation)));
    }

    [Fact]
    public async Task PutAsync_ManyCallersOfOneRevision_OneWins()
    {
        await PutAsync("k", "a", "0", 0);

        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() => PutAsync("k", "a", $"{i}", 1))));

        Assert.Single(results, one => one == 2);
        Assert.Equal(19, results.Count(one => one is null));
    }

    [Fact]
    public async Task PutAsync_CancelledCaller_Throws()
        => await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await Documents.PutAsync("k", "a", "1"u8.ToArray(), 0, new CancellationToken(true)));

    [Fact]
    public async Task DeleteAsync_RightRevision_RemovesIt()
    {
        await PutAsync("k", "a", "1", 0);

        Assert.True(await Documents.DeleteAsync("k", "a", 1, Cancellation));
        Assert.Null(await Documents.GetAsync("k", "a", Cancellation));
        Assert.Equal(1, await PutAsync("k", "a", "again", 0));
    }

    [Fact]
    public async Task DeleteAsync_WrongRevisionOrMissing_IsFalse()
    {
        await PutAsync("k", "a", "1", 0);

        Assert.False(await Documents.DeleteAsync("k", "a", 2, Cancellation));
        Assert.False(await Documents.DeleteAsync("k", "b", 1, Cancellation));
        Assert.NotNull(await Documents.GetAsync("k", "a", Cancellation));
    }

    [Fact]
    public async Task ListAsync_PrefixAndPages_InOrderOfUtf8()
    {
        string[] keys = ["p", "p:1", "p:10", "p:2", "p:\uFFFD", "p:\U00010000", "q:1"];
        foreach (var key in keys.Reverse())
        {
            await PutAsync("k", key, "{}", 0);
        }

        await PutAsync("other", "p:3", "{}", 0);

        Assert.Equal(keys[1..6], await KeysAsync("p:", null, 100));
        Assert.Equal(["p:1", "p:10"], await KeysAsync("p:", null, 2));
        Assert.Equal(["p:2", "p:\uFFFD"], await KeysAsync("p:", "p:10", 2));
        Assert.Equal(["p:\U00010000"], await KeysAsync("p:", "p:\uFFFD", 2));
        Assert.Equal(keys, await KeysAsync("", null, 100));
        Assert.Empty(await KeysAsync("r", null, 100));
        Assert.Equal(["q:1"], await KeysAsync("", "p:\U00010000", 100));
    }

    [Fact]
    public async Task ListAsync_KeysWithWildcards_AreTakenLiterally()
    {
        await PutAsync("k", "a%b", "{}", 0);
        await PutAsync("k", "axb", "{}", 0);
        await PutAsync("k", "A%c", "{}", 0);

        Assert.Equal(["a%b"], await KeysAsync("a%", null, 10));
    }

    [Fact]
    public async Task ListAsync_KindsAreApart()
    {
        await PutAsync("k1", "a", "1", 0);
        await PutAsync("k2", "a", "2", 0);

        var listed = await Documents.ListAsync("k2", "", null, 10, Cancellation);

        Assert.Equal("2", Text(Assert.Single(listed)));
    }

    private static string Text(Document? document) => Encoding.UTF8.GetString(document!.Body.Span);

    private async Task<long?> PutAsync(string kind, string key, string body, long expected)
        => await Documents.PutAsync(kind, key, Encoding.UTF8.GetBytes(body), expected, Cancellation);

    private async Task<string[]> KeysAsync(string prefix, string? after, int maximum)
        => [.. (await Documents.ListAsync("k", prefix, after, maximum, Cancellation)).Select(one => one.Key)];
}
