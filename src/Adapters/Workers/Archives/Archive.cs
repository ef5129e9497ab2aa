using System.IO.Compression;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Errors;

namespace Dispatcher.Adapters.Workers.Archives;

/// <summary>
/// A zip archive from somebody who is not trusted. Opening it checks every name and link before a byte is written:
/// nothing leaves the folder, nothing is written through a link, nothing is there twice.
/// </summary>
internal sealed class Archive : IDisposable
{
    private readonly ZipArchive _zip;

    private Archive(ZipArchive zip, IReadOnlyList<ArchiveItem> items) => (_zip, Items) = (zip, items);

    /// <summary>Everything in it, by its checked path.</summary>
    public IReadOnlyList<ArchiveItem> Items { get; }

    /// <summary>Opens and checks an archive.</summary>
    /// <exception cref="ServiceException">It is not a zip archive, or not a safe one; the text says which.</exception>
    public static Archive Open(ReadOnlyMemory<byte> bytes)
    {
        ZipArchive? zip = null;
        try
        {
            zip = new ZipArchive(new MemoryStream(bytes.ToArray(), writable: false), ZipArchiveMode.Read);
            var archive = new Archive(zip, Check(zip));
            zip = null;
            return archive;
        }
        catch (Exception error) when (error is InvalidDataException or NotSupportedException or EndOfStreamException)
        {
            throw Bad("Could not unzip uploaded file. Please check your file, then try to upload again.", error);
        }
        finally
        {
            zip?.Dispose();
        }
    }

    /// <summary>An error that says what is wrong with the archive.</summary>
    public static ServiceException Bad(string message, Exception? inner = null)
        => new(ServiceErrorKind.InvalidParameterValue, message, inner);

    /// <summary>An archive that is too large when unpacked.</summary>
    public static ServiceException TooLarge() => Bad($"Unzipped size must be smaller than {Limits.UnzippedBytes} bytes");

    /// <inheritdoc/>
    public void Dispose() => _zip.Dispose();

    private static List<ArchiveItem> Check(ZipArchive zip)
    {
        if (zip.Entries.Count > Limits.ArchiveEntries)
        {
            throw Bad($"The archive has more than {Limits.ArchiveEntries} entries");
        }

        if (zip.Entries.Sum(entry => entry.Length) > Limits.UnzippedBytes)
        {
            throw TooLarge();
        }

        var items = zip.Entries.Select(Item).Where(item => item.Path.Length > 0).ToList();
        ArchiveLinks.Check(items);
        return items;
    }

    private static ArchiveItem Item(ZipArchiveEntry entry)
    {
        var path = Normal(entry.FullName);
        var isFolder = entry.FullName.EndsWith('/');
        var mode = entry.ExternalAttributes >>> 16;
        return new ArchiveItem(path, isFolder ? ArchiveItemKind.Folder : Kind(mode, path), mode & 0x1FF, entry);
    }

    /// <summary>A path without empty parts and dots; it stays below the root.</summary>
    private static string Normal(string name)
    {
        var parts = name.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (name.StartsWith('/') || name.Contains('\0') || parts.Any(part => part is ".." || part.Length > Limits.ArchiveNameLength))
        {
            throw Bad($"The archive has an entry with an unsafe path: '{name}'");
        }

        return string.Join('/', parts.Where(part => part is not "."));
    }

    private static ArchiveItemKind Kind(int mode, string path) => (mode & 0xF000) switch
    {
        0 or 0x8000 => ArchiveItemKind.File,
        0x4000 => ArchiveItemKind.Folder,
        0xA000 => ArchiveItemKind.Link,
        _ => throw Bad($"The archive has an entry that is no file, folder or link: '{path}'"),
    };
}
