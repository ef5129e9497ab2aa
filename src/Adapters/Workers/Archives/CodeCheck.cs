using Dispatcher.Contracts.Functions;

namespace Dispatcher.Adapters.Workers.Archives;

/// <summary>What the code of a function must have to be run; asked at creation and again when it is unpacked.</summary>
internal static class CodeCheck
{
    /// <summary>The program of a <c>provided.*</c> function.</summary>
    public const string Bootstrap = "bootstrap";

    /// <summary>Checks the archive against the runtime.</summary>
    /// <exception cref="Contracts.Errors.ServiceException">Nothing in it can be run.</exception>
    public static void Check(FunctionConfig config, Archive archive)
    {
        if (archive.Items.All(item => item.Kind == ArchiveItemKind.Folder))
        {
            throw Archive.Bad("Uploaded file must be a non-empty zip");
        }

        if (WorkerKinds.Of(config.Runtime) != WorkerKind.Provided)
        {
            return;
        }

        var bootstrap = archive.Items.FirstOrDefault(item => item.Path == Bootstrap)
            ?? throw Archive.Bad($"The archive of a function with runtime {config.Runtime} needs a file 'bootstrap' at its root");
        if (bootstrap.Kind == ArchiveItemKind.Folder || (bootstrap.Kind == ArchiveItemKind.File && !bootstrap.IsExecutable))
        {
            throw Archive.Bad("The file 'bootstrap' at the root of the archive is not executable (chmod +x before zipping)");
        }
    }
}
