namespace Dispatcher.Adapters.Workers.Archives;

/// <summary>What an entry of an archive is.</summary>
internal enum ArchiveItemKind
{
    /// <summary>A file.</summary>
    File,

    /// <summary>A folder.</summary>
    Folder,

    /// <summary>A symbolic link; its content is the target.</summary>
    Link,
}
