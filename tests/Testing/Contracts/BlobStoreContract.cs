using System.Security.Cryptography;
using Dispatcher.Contracts.Store;

namespace Dispatcher.Testing.Contracts;

/// <summary>What every <see cref="IBlobStore"/> does.</summary>
public abstract class BlobStoreContract : StoreContract
{
    private IBlobStore Blobs => Store.Blobs;

    [Fact]
    public async Task PutAsync_Bytes_AreFoundByTheirHash()
    {
        var hash = await Blobs.PutAsync("abc"u8.ToArray(), Cancellation);

        Assert.Equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", hash);
        Assert.Equal("abc"u8.ToArray(), await Blobs.GetAsync(hash, Cancellation));
    }

    [Fact]
    public async Task PutAsync_SameBytesTwice_ChangesNothing()
    {
        var first = await Blobs.PutAsync("abc"u8.ToArray(), Cancellation);

        Assert.Equal(first, await Blobs.PutAsync("abc"u8.ToArray(), Cancellation));
        Assert.Equal("abc"u8.ToArray(), await Blobs.GetAsync(first, Cancellation));
    }

    [Fact]
    public async Task PutAsync_Empty_IsStored()
    {
        var hash = await Blobs.PutAsync(ReadOnlyMemory<byte>.Empty, Cancellation);

        Assert.Empty((await Blobs.GetAsync(hash, Cancellation))!);
    }

    [Fact]
    public async Task PutAsync_LargeBytes_ComeBackWhole()
    {
        var bytes = new byte[5_000_000];
        new Random(7).NextBytes(bytes);

        var hash = await Blobs.PutAsync(bytes, Cancellation);

        var found = await Blobs.GetAsync(hash, Cancellation);
        Assert.Equal(hash, Convert.ToHexStringLower(SHA256.HashData(found!)));
    }

    [Fact]
    public async Task GetAsync_UnknownHash_IsNull() => Assert.Null(await Blobs.GetAsync(new string('0', 64), Cancellation));

    [Fact]
    public async Task DeleteAsync_KnownAndUnknown_AreGone()
    {
        var hash = await Blobs.PutAsync("abc"u8.ToArray(), Cancellation);

        await Blobs.DeleteAsync(hash, Cancellation);
        await Blobs.DeleteAsync(hash, Cancellation);

        Assert.Null(await Blobs.GetAsync(hash, Cancellation));
    }
}
