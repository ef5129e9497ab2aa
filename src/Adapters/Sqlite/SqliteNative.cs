using System.Reflection;
using System.Runtime.InteropServices;
using Dispatcher.Contracts.Store;
using SQLitePCL;

namespace Dispatcher.Adapters.Sqlite;

/// <summary>
/// Binds the client library to the distribution's SQLite, which the distribution patches, instead of one that would be
/// shipped with the program.
/// </summary>
internal static class SqliteNative
{
    private const int OldestVersion = 3_024_000; // upsert

    private static readonly string[] Names = ["libsqlite3.so.0", "libsqlite3.so", "libsqlite3.dylib", "e_sqlite3"];
    private static readonly Lazy<StoreException?> Loaded = new(Load);

    /// <summary>Loads the library; later calls do nothing.</summary>
    /// <exception cref="StoreException">It is not installed or too old.</exception>
    public static void Use()
    {
        if (Loaded.Value is { } trouble)
        {
            throw new StoreException(trouble.Message, trouble.InnerException);
        }
    }

    private static StoreException? Load()
    {
        try
        {
            NativeLibrary.SetDllImportResolver(typeof(SQLite3Provider_e_sqlite3).Assembly, Resolve);
            raw.SetProvider(new SQLite3Provider_e_sqlite3());
            raw.FreezeProvider();

            // Counting its memory, which nobody asks for, costs a lock for every allocation.
            raw.sqlite3_config(raw.SQLITE_CONFIG_MEMSTATUS, 0);
            return raw.sqlite3_libversion_number() >= OldestVersion
                ? null
                : new StoreException($"SQLite {raw.sqlite3_libversion().utf8_to_string()} is too old: 3.24 or newer is needed");
        }
        catch (DllNotFoundException e)
        {
            return new StoreException("SQLite is not installed: install the package libsqlite3-0", e);
        }
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        foreach (var candidate in Names)
        {
            if (name == "e_sqlite3" && NativeLibrary.TryLoad(candidate, assembly, path, out var handle))
            {
                return handle;
            }
        }

        return 0;
    }
}
