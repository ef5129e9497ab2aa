using System.Buffers.Binary;
using System.Text;
using Dispatcher.Adapters.Workers.Archives;
using Dispatcher.Testing;

namespace Dispatcher.Adapters.Tests.Workers.Archives;

/// <summary>Why a program of the machine's own format cannot be run.</summary>
public sealed class EntrypointTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("/nowhere/ld-musl.so.1", "no such file or directory (its interpreter '/nowhere/ld-musl.so.1' is not on this machine)")]
    [InlineData("/bin/sh", null)]
    public void Problem_DynamicLoader_IsLookedFor(string loader, string? problem)
        => Assert.Equal(problem is null ? null : "fork/exec /x: " + problem, Of(Elf(File.ReadAllBytes("/bin/sh").AsSpan(18, 2).ToArray(), loader)));

    [Fact]
    public void Problem_OtherArchitecture_IsAFormatError()
        => Assert.StartsWith("fork/exec /x: exec format error", Of(Elf([8, 0], "/bin/sh")));

    [Theory]
    [InlineData("")]
    [InlineData("true")]
    [InlineData("\u007fELF\u0002\u0001 and no more of it")]
    public void Problem_Unknown_IsNone(string content) => Assert.Null(Of(Encoding.UTF8.GetBytes(content)));

    [Fact]
    public void Problem_NoFile_IsNone() => Assert.Null(Entrypoint.Problem(_folder.File("absent"), "/x"));

    private string? Of(byte[] content)
    {
        var file = _folder.File("program");
        File.WriteAllBytes(file, content);
        return Entrypoint.Problem(file, "/x");
    }

    /// <summary>A 64-bit program with one segment, that of its loader.</summary>
    private static byte[] Elf(byte[] machine, string loader)
    {
        var path = Encoding.UTF8.GetBytes(loader + "\0");
        var bytes = new byte[64 + 56 + path.Length];
        "\u007fELF\u0002\u0001\u0001"u8.CopyTo(bytes);
        machine.CopyTo(bytes, 18);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(32), 64);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(54), 56);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(56), 1);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(64), 3);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(72), 120);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(96), path.Length);
        path.CopyTo(bytes, 120);
        return bytes;
    }
}
