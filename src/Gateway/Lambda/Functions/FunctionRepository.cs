using Dispatcher.Contracts.Functions;
using Dispatcher.Contracts.Grains;
using Dispatcher.Contracts.Store;

namespace Dispatcher.Gateway.Lambda.Functions;

/// <summary>
/// Writes functions and their archives and tells the silos of every change. One writer at a time, so that an archive is
/// never deleted while another function with the same code is being made.
/// </summary>
internal sealed class FunctionRepository(
    Catalog catalog, FunctionParts parts, IStore store, IChangeNotices notices, TimeProvider time) : IDisposable
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

    /// <summary>
    /// Deletes a function, its versions, aliases and policies, and the archives that no other function has; false where there
    /// is none.
    /// </summary>
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

    /// <summary>Does something while nobody else writes functions.</summary>
    public async ValueTask<T> AloneAsync<T>(Func<Task<T>> work, CancellationToken cancellation)
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
        if (present is null)
        {
            return false;
        }

        // The function goes last: nothing is left for another one of that name, and a delete that was cut off can be repeated.
        var versions = await parts.DeleteAsync(name);
        await catalog.Functions.DeleteAsync(name, CancellationToken.None);
        await notices.FunctionChangedAsync(name, CancellationToken.None);
        foreach (var gone in versions.Append(present.Value).DistinctBy(one => one.CodeSha256))
        {
            await ForgetAsync(gone, CancellationToken.None);
        }

        return true;
    }

    private async ValueTask KeepAsync(byte[] archive, CancellationToken cancellation)
    {
        if (archive.Length > 0)
        {
            await store.Blobs.PutAsync(archive, cancellation);
        }
    }

    /// <summary>Deletes the archive of what was deleted where nothing else has the same; to be called inside <see cref="AloneAsync{T}"/>.</summary>
    public async ValueTask ForgetAsync(FunctionConfig gone, CancellationToken cancellation)
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
