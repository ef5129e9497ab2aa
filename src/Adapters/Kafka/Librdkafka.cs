using System.Globalization;
using System.Runtime.InteropServices;
using Confluent.Kafka;
using Dispatcher.Contracts.Sources;

namespace Dispatcher.Adapters.Kafka;

/// <summary>
/// Finds the native client library for Confluent.Kafka: where <c>DISPATCHER_LIBRDKAFKA</c> points, next to the program
/// (also as NuGet lays it out), in the cache folder that <c>eng/librdkafka</c> fills, then wherever the machine has it.
/// One that is older than the managed package needs is passed over.
/// </summary>
internal static class Librdkafka
{
    /// <summary>Environment variable with the path of the library.</summary>
    internal const string Variable = "DISPATCHER_LIBRDKAFKA";

    private const string Name = "librdkafka";
    private const string Built = "librdkafka-2.15.1";
    private const uint OldestVersion = 0x020f0000;

    private static readonly Lazy<nint> s_handle = new(Load, LazyThreadSafetyMode.PublicationOnly);

    static Librdkafka() => NativeLibrary.SetDllImportResolver(
        typeof(IClient).Assembly, static (name, _, _) => name == Name ? s_handle.Value : nint.Zero);

    private delegate int VersionFunction();

    /// <summary>Loads the library; must be called before the first use of Confluent.Kafka.</summary>
    /// <exception cref="SourceException">It was not found, with what to do about it. The next call looks again.</exception>
    public static nint Require() => s_handle.Value;

    /// <summary>The files that are tried before the machine's own library, best first.</summary>
    internal static IEnumerable<string> Candidates(Func<string, string?> environment)
    {
        if (environment(Variable) is { Length: > 0 } configured)
        {
            yield return configured;
        }

        yield return Path.Combine(AppContext.BaseDirectory, "librdkafka.so");
        yield return Path.Combine(
            AppContext.BaseDirectory, "runtimes", RuntimeInformation.RuntimeIdentifier, "native", "librdkafka.so");
        var cache = environment("XDG_CACHE_HOME") is { Length: > 0 } xdg
            ? xdg
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        yield return Path.Combine(cache, "dispatcher", Built, "librdkafka.so");
    }

    private static nint Load()
    {
        var tried = new List<string>();
        foreach (var path in Candidates(Environment.GetEnvironmentVariable))
        {
            if (!File.Exists(path))
            {
                tried.Add(path);
            }
            else if (TryUse(path, static p => NativeLibrary.TryLoad(p, out var handle) ? handle : 0, tried, out var found))
            {
                return found;
            }
        }

        return TryUse("the system's librdkafka", LoadFromSystem, tried, out var system)
            ? system
            : throw new SourceException(
                SourceErrorKind.Configuration,
                "The Kafka client library librdkafka 2.15 or newer was not found: run eng/librdkafka, or set " +
                $"{Variable} to its path. Looked at: {string.Join(", ", tried)}");
    }

    private static nint LoadFromSystem(string _)
        => NativeLibrary.TryLoad(Name, typeof(IClient).Assembly, null, out var handle)
            || NativeLibrary.TryLoad("librdkafka.so.1", out handle) ? handle : 0;

    private static bool TryUse(string name, Func<string, nint> load, List<string> tried, out nint handle)
    {
        handle = load(name);
        if (handle == 0 || !NativeLibrary.TryGetExport(handle, "rd_kafka_version", out var export))
        {
            tried.Add($"{name} (cannot be loaded)");
            return false;
        }

        var version = (uint)Marshal.GetDelegateForFunctionPointer<VersionFunction>(export)();
        if (version >= OldestVersion)
        {
            return true;
        }

        tried.Add(string.Create(
            CultureInfo.InvariantCulture,
            $"{name} (version {version >> 24}.{(version >> 16) & 0xff}.{(version >> 8) & 0xff} is too old)"));
        return false;
    }
}
