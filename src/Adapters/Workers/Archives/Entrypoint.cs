using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Dispatcher.Adapters.Workers.Processes;

namespace Dispatcher.Adapters.Workers.Archives;

/// <summary>
/// Says why the kernel does not run a program, in Lambda's words. Asked after it did not run: what the kernel can be taught to run
/// (other architectures) is not known beforehand.
/// </summary>
internal static class Entrypoint
{
    private const int HeadBytes = 256; // what the kernel reads of a "#!" line
    private const int ElfHeaderBytes = 64;
    private const uint InterpreterSegment = 3;
    private const int LongestPath = 4096;
    private const string Missing = "no such file or directory";

    /// <summary>What is wrong with a program; null where nothing is or that cannot be told.</summary>
    /// <param name="path">Where it is here.</param>
    /// <param name="shown">Where it is for the function's owner.</param>
    public static string? Problem(string path, string shown)
    {
        try
        {
            using var file = File.OpenRead(path);
            return Problem(file) is { } problem ? $"fork/exec {shown}: {problem}" : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null; // it failed, for whatever reason: its exit status has to do
        }
    }

    private static string? Problem(FileStream file)
    {
        var buffer = new byte[HeadBytes];
        var head = buffer.AsSpan(0, file.ReadAtLeast(buffer, HeadBytes, throwOnEndOfStream: false));
        return head.StartsWith("#!"u8) ? OfInterpreter(Script(head[2..]))
            : head.Length >= ElfHeaderBytes && head.StartsWith("\u007fELF\u0002\u0001"u8) ? OfElf(head, file)
            : null;
    }

    /// <summary>The interpreter of a script: up to a blank or the end of the line, a carriage return included.</summary>
    private static string Script(ReadOnlySpan<byte> line)
    {
        line = line.TrimStart(" \t"u8);
        var end = line.IndexOfAny(" \t\n\0"u8);
        return Encoding.UTF8.GetString(end < 0 ? line : line[..end]);
    }

    private static string? OfInterpreter(string program) => program switch
    {
        _ when !File.Exists(program) => $"{Missing} (its interpreter '{program.Replace("\r", "\\r", StringComparison.Ordinal)}' is not on this machine)",
        _ when !Programs.IsProgram(program) => $"permission denied (its interpreter '{program}' is not executable)",
        _ => null,
    };

    private static string? OfElf(ReadOnlySpan<byte> head, FileStream file)
    {
        int? machine = RuntimeInformation.OSArchitecture switch
        {
            Architecture.X64 => 62,
            Architecture.Arm64 => 183,
            _ => null,
        };
        if (machine is { } here && BinaryPrimitives.ReadUInt16LittleEndian(head[18..]) != here)
        {
            return "exec format error (it is made for another architecture than this machine's)";
        }

        return Loader(head, file) is { } loader ? OfInterpreter(loader) : null;
    }

    /// <summary>The dynamic loader that an ELF program names; null where it names none.</summary>
    private static string? Loader(ReadOnlySpan<byte> head, FileStream file)
    {
        var table = BinaryPrimitives.ReadInt64LittleEndian(head[32..]);
        var size = BinaryPrimitives.ReadUInt16LittleEndian(head[54..]);
        var count = BinaryPrimitives.ReadUInt16LittleEndian(head[56..]);
        Span<byte> entry = stackalloc byte[56];
        for (var i = 0; size >= entry.Length && i < count; i++)
        {
            file.Position = table + ((long)i * size);
            if (file.ReadAtLeast(entry, entry.Length, throwOnEndOfStream: false) < entry.Length)
            {
                return null;
            }

            if (BinaryPrimitives.ReadUInt32LittleEndian(entry) == InterpreterSegment)
            {
                file.Position = BinaryPrimitives.ReadInt64LittleEndian(entry[8..]);
                var path = new byte[Math.Clamp(BinaryPrimitives.ReadInt64LittleEndian(entry[32..]), 0, LongestPath)];
                var read = file.ReadAtLeast(path, path.Length, throwOnEndOfStream: false);
                return Encoding.UTF8.GetString(path.AsSpan(0, read)).TrimEnd('\0');
            }
        }

        return null;
    }
}
