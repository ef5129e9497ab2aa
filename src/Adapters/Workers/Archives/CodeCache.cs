using System.Collections.Concurrent;
using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Functions;
using Dispatcher.Contracts.Store;

namespace Dispatcher.Adapters.Workers.Archives;

/// <summary>
/// Unpacked archives in <c>DATA/cache/code/SHA256</c>. A folder is there whole or not at all: it is written under another
/// name and renamed.
/// </summary>
internal sealed class CodeCache(string data, IBlobStore blobs)
{
    private const string DraftMark = ".draft-";

    private readonly string _root = Path.GetFullPath(Path.Combine(data, "cache", "code"));
    private readonly ConcurrentDictionary<string, Lazy<Task<string>>> _folders = new();

    /// <summary>Deletes what a server that was killed left half written.</summary>
    public void Sweep()
    {
        if (Directory.Exists(_root))
        {
            foreach (var draft in Directory.GetDirectories(_root, $"*{DraftMark}*"))
            {
                Directory.Delete(draft, recursive: true);
            }
        }
    }

    /// <summary>The folder with a function's code; unpacked the first time.</summary>
    /// <exception cref="ServiceException">The code is not in the store, or cannot be unpacked.</exception>
    public async ValueTask<string> FolderAsync(FunctionConfig config, CancellationToken cancellation)
    {
        var hash = Convert.ToHexStringLower(Convert.FromBase64String(config.CodeSha256));
        var key = $"{hash}:{WorkerKinds.Of(config.Runtime)}";
        var unpacked = _folders.GetOrAdd(key, _ => new Lazy<Task<string>>(() => Task.Run(() => UnpackAsync(hash, config))));
        try
        {
            return await unpacked.Value.WaitAsync(cancellation);
        }
        catch when (unpacked.Value.IsFaulted)
        {
            _folders.TryRemove(KeyValuePair.Create(key, unpacked));
            throw;
        }
    }

    private async Task<string> UnpackAsync(string hash, FunctionConfig config)
    {
        var folder = Path.Combine(_root, hash);
        if (!Directory.Exists(folder))
        {
            var bytes = await blobs.GetAsync(hash, CancellationToken.None)
                ?? throw new ServiceException(ServiceErrorKind.Internal, $"The code of {config.Name} ({hash}) is not in the store");
            Install(config, bytes, folder);
        }

        return folder;
    }

    private static void Install(FunctionConfig config, byte[] bytes, string folder)
    {
        try
        {
            using var archive = Archive.Open(bytes);
            CodeCheck.Check(config, archive);
            Install(archive, folder);
        }
        catch (ServiceException error) when (error.Kind == ServiceErrorKind.InvalidParameterValue)
        {
            throw new ServiceException(ServiceErrorKind.InvalidZip, error.Message, error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ServiceException(ServiceErrorKind.Internal, $"The code of {config.Name} cannot be unpacked: {error.Message}", error);
        }
    }

    private static void Install(Archive archive, string folder)
    {
        var draft = $"{folder}{DraftMark}{Guid.NewGuid():N}";
        try
        {
            Directory.CreateDirectory(draft);
            Unpacker.Unpack(archive, draft, CancellationToken.None);
            Directory.Move(draft, folder);
        }
        catch (IOException) when (Directory.Exists(folder))
        {
            // another process was faster; its folder holds the same
        }
        finally
        {
            if (Directory.Exists(draft))
            {
                Directory.Delete(draft, recursive: true);
            }
        }
    }
}
