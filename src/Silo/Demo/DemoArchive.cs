using System.IO.Compression;

namespace Dispatcher.Silo.Demo;

/// <summary>The archive of the demo's function: a bootstrap that runs this program's worker command.</summary>
internal static class DemoArchive
{
    private const int Executable = 0x81ED; // a regular file, rwxr-xr-x

    /// <summary>A zip file with the one entry <c>bootstrap</c>.</summary>
    public static byte[] Create()
    {
        using var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            var entry = zip.CreateEntry("bootstrap");
            entry.ExternalAttributes = Executable << 16;
            using var text = new StreamWriter(entry.Open());
            text.Write($"#!/bin/sh\nexec \"${DemoWorker.ProgramVariable}\" {DemoWorker.Command}\n");
        }

        return file.ToArray();
    }
}
