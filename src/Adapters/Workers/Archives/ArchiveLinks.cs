using System.Text;
using Dispatcher.Contracts;

namespace Dispatcher.Adapters.Workers.Archives;

/// <summary>
/// Checks how entries of an archive hang together. Targets are worked out by text, which is exact because no path, of an
/// entry or of a target, may lead through another link.
/// </summary>
internal static class ArchiveLinks
{
    /// <summary>Checks all entries.</summary>
    /// <exception cref="Contracts.Errors.ServiceException">One is there twice, below a file or link, or leads outside.</exception>
    public static void Check(IReadOnlyList<ArchiveItem> items)
    {
        var kinds = new Dictionary<string, ArchiveItemKind>();
        foreach (var item in items)
        {
            if (!kinds.TryAdd(item.Path, item.Kind)
                && (item.Kind != ArchiveItemKind.Folder || kinds[item.Path] != ArchiveItemKind.Folder))
            {
                throw Archive.Bad($"The archive has the entry '{item.Path}' twice");
            }
        }

        foreach (var item in items)
        {
            if (Parents(item.Path).Any(parent => kinds.GetValueOrDefault(parent, ArchiveItemKind.Folder) != ArchiveItemKind.Folder))
            {
                throw Archive.Bad($"The archive has the entry '{item.Path}' below a file or link");
            }

            if (item.Kind == ArchiveItemKind.Link)
            {
                CheckTarget(item, kinds);
            }
        }
    }

    /// <summary>The target of a link as it is written in the archive.</summary>
    public static string TargetOf(ArchiveItem link)
    {
        if (link.Entry.Length is 0 or > Limits.ArchiveLinkBytes)
        {
            throw Archive.Bad($"The archive has a link without a usable target: '{link.Path}'");
        }

        var bytes = new byte[Limits.ArchiveLinkBytes];
        using var content = link.Entry.Open();
        var count = content.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return Encoding.UTF8.GetString(bytes, 0, count);
    }

    private static void CheckTarget(ArchiveItem link, Dictionary<string, ArchiveItemKind> kinds)
    {
        var target = TargetOf(link);
        var path = Resolve(link.Path, target);
        if (path is null || Parents(path).Any(parent => kinds.GetValueOrDefault(parent) == ArchiveItemKind.Link))
        {
            throw Archive.Bad($"The archive has a link that may leave its folder: '{link.Path}' to '{target}'");
        }
    }

    /// <summary>Where a link leads, from the root; null where that is outside or not plain to see.</summary>
    private static string? Resolve(string link, string target)
    {
        if (target.StartsWith('/') || target.Contains('\0'))
        {
            return null;
        }

        var parts = new List<string>(link.Split('/')[..^1]);
        var down = false;
        foreach (var part in target.Split('/').Where(part => part is not ("" or ".")))
        {
            if (part is not "..")
            {
                parts.Add(part);
                down = true;
            }
            else if (down || parts.Count == 0)
            {
                return null; // `..` after a name could step out of a link; `..` at the root steps outside
            }
            else
            {
                parts.RemoveAt(parts.Count - 1);
            }
        }

        return string.Join('/', parts);
    }

    private static IEnumerable<string> Parents(string path)
    {
        for (var slash = path.LastIndexOf('/'); slash > 0; slash = path.LastIndexOf('/', slash - 1))
        {
            yield return path[..slash];
        }
    }
}
