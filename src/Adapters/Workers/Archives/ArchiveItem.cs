using System.IO.Compression;

namespace Dispatcher.Adapters.Workers.Archives;

/// <summary>One entry of an archive.</summary>
/// <param name="Path">Its path below the root, parts separated by one slash.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Mode">Permission bits; 0 where the archive was made without them.</param>
/// <param name="Entry">Its content.</param>
internal sealed record ArchiveItem(string Path, ArchiveItemKind Kind, int Mode, ZipArchiveEntry Entry)
{
    /// <summary>Whether it can be run. What was packed without permissions may be run where it has to be.</summary>
    public bool IsExecutable => Kind == ArchiveItemKind.File && (Mode == 0 || (Mode & 0x49) != 0);
}
