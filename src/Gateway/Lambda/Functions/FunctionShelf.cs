using Dispatcher.Contracts.Functions;
using Dispatcher.Contracts.Grains;
using Dispatcher.Contracts.Store;

namespace Dispatcher.Gateway.Lambda.Functions;

/// <summary>
/// Writes functions and their archives and tells the silos of every change. One writer at a time, so that an archive is
/// never deleted while another function with the same code is being made.
/// </summary>
internal sealed class FunctionShelf(Catalog catalog, IStore store, IChangeNotices notices, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);

    /// <summary>Stores a new function; false where one of that name exists.</summary>
    public ValueTask<bool> CreateAsync(FunctionConfig config, byte[] archive, CancellationToken cancellation)
        => AloneAsync(() => CreateAloneAsync(config, archive, cancellation), cancellation);

    /// <summary>
    /// Changes a function; null where it is gone. <paramref name="change"/> is called again where somebody else changed the
    /// function in between, and may throw.
    /// </summary>
    public ValueTask<FunctionConfig?> ChangeAsync(
        string name, byte[] archive, Func<FunctionConfig, FunctionConfig> change, CancellationToken cancellation)
        => AloneAsync(() => ChangeAloneAsync(name, archive, change, cancellation), cancellation);

    /// <summary>Deletes a function, and its archive where no other function has the same; false where there is none.</summary>
    public ValueTask<bool> DeleteAsync(string name, CancellationToken cancellation)
        => AloneAsync(() => DeleteAloneAsync(name, cancellation), cancellation);

    /// <summary>The function with a new revision and the present time.</summary>
    public FunctionConfig Stamp(FunctionConfig config) => config with
    {
        LastModifiedMs = time.GetUtcNow().ToUnixTimeMilliseconds(),
        RevisionId = Guid.NewGuid().ToString("D"),
    };

    /// <inheritdoc/>
    public void Dispose() => _gate.Dispose();

    private async ValueTask<T> AloneAsync<T>(Func<Task<T>> work, CancellationToken cancellation)
    {
        await _gate.WaitAsync(cancellation);
        try
        {
            return await work();
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task<bool> CreateAloneAsync(FunctionConfig config, byte[] archive, CancellationToken cancellation)
    {
        if (await catalog.Functions.FindAsync(config.Name, cancellation) is not null)
        {
            return false;
        }

        await KeepAsync(archive, cancellation);
        if (!await catalog.Functions.CreateAsync(config.Name, config, cancellation))
        {
            return false;
        }

        await notices.FunctionChangedAsync(config.Name, CancellationToken.None);
        return true;
    }

    private async Task<FunctionConfig?> ChangeAloneAsync(
        string name, byte[] archive, Func<FunctionConfig, FunctionConfig> change, CancellationToken cancellation)
    {
        if (await catalog.Functions.FindAsync(name, cancellation) is not { } present)
        {
            return null;
        }

        _ = change(present.Value);
        await KeepAsync(archive, cancellation);
        var before = present.Value;
        var after = await catalog.Functions.UpdateAsync(name, one => change(before = one), cancellation);
        await notices.FunctionChangedAsync(name, CancellationToken.None);
        if (after is not null && before.CodeSha256 != after.CodeSha256)
        {
            await ForgetAsync(before, CancellationToken.None);
        }

        return after;
    }

    private async Task<bool> DeleteAloneAsync(string name, CancellationToken cancellation)
    {
        var present = await catalog.Functions.FindAsync(name, cancellation);
        if (present is null || !await catalog.Functions.DeleteAsync(name, cancellation))
        {
            return false;
        }

        await notices.FunctionChangedAsync(name, CancellationToken.None);
        await ForgetAsync(present.Value, CancellationToken.None);
        return true;
    }

    private async ValueTask KeepAsync(byte[] archive, CancellationToken cancellation)
    {
        if (archive.Length > 0)
        {
            await store.Blobs.PutAsync(archive, cancellation);
        }
    }

    private async ValueTask ForgetAsync(FunctionConfig gone, CancellationToken cancellation)
    {
        if (FunctionCode.BlobOf(gone) is not { } blob)
        {
            return;
        }

        await foreach (var other in catalog.Functions.AllAsync(cancellation))
        {
            if (other.Value.CodeSha256 == gone.CodeSha256)
            {
                return;
            }
        }

        await store.Blobs.DeleteAsync(blob, cancellation);
    }
}
