using System.Buffers;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Errors;

namespace Dispatcher.Adapters.Workers.Archives;

/// <summary>Writes a checked archive into an empty folder, keeping unix permissions.</summary>
internal static class Unpacker
{
    private const UnixFileMode FolderMode =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private const int PlainMode = 0x1A4; // 0644
    private const int ProgramMode = 0x1ED; // 0755
    private const int OwnerReads = 0x100; // 0400

    /// <summary>Writes everything. The real size is counted: what entries say of themselves may be a lie.</summary>
    /// <exception cref="ServiceException">It is too large, or its content is broken.</exception>
    public static void Unpack(Archive archive, string folder, CancellationToken cancellation)
    {
        long left = Limits.UnzippedBytes;
        try
        {
            foreach (var item in archive.Items.OrderBy(item => item.Kind == ArchiveItemKind.Link))
            {
                cancellation.ThrowIfCancellationRequested();
                left -= Write(item, Path.Combine(folder, item.Path), left);
            }
        }
        catch (InvalidDataException error)
        {
            throw Archive.Bad("The archive is damaged", error);
        }
    }

    private static long Write(ArchiveItem item, string path, long left)
    {
        if (item.Kind == ArchiveItemKind.Folder)
        {
            MakeFolder(path);
            return 0;
        }

        MakeFolder(Path.GetDirectoryName(path)!);
        if (item.Kind == ArchiveItemKind.Link)
        {
            File.CreateSymbolicLink(path, ArchiveLinks.TargetOf(item));
            return 0;
        }

        return WriteFile(item, path, left);
    }

    private static void MakeFolder(string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path, FolderMode);
        }
    }

    private static long WriteFile(ArchiveItem item, string path, long left)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0 };
        using var file = new FileStream(path, options);
        using var content = item.Entry.Open();
        var buffer = ArrayPool<byte>.Shared.Rent(81_920);
        try
        {
            long written = 0;
            while (content.Read(buffer) is > 0 and var count)
            {
                written += count;
                if (written > left)
                {
                    throw Archive.TooLarge();
                }

                file.Write(buffer, 0, count);
            }

            SetMode(file, item);
            return written;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static void SetMode(FileStream file, ArchiveItem item)
    {
        var mode = item.Mode != 0 ? item.Mode | OwnerReads
            : item.Path == CodeCheck.Bootstrap ? ProgramMode
            : PlainMode;
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file.SafeFileHandle, (UnixFileMode)mode);
        }
    }
}
