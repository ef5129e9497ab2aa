using Dispatcher.Contracts.Store;
using SQLitePCL;

namespace Dispatcher.Adapters.Sqlite;

/// <summary>Turns a result code of SQLite into words for the operator.</summary>
internal static class SqliteErrors
{
    /// <summary>The exception for a code, extended or not.</summary>
    /// <param name="file">The database file.</param>
    /// <param name="code">What SQLite returned.</param>
    /// <param name="detail">What SQLite says itself.</param>
    public static StoreException From(string file, int code, string detail)
        => new($"{Explain(file, code & 0xff)} (SQLite {code}: {detail})");

    /// <summary>The exception for a file whose pages contradict each other.</summary>
    /// <param name="file">The database file.</param>
    /// <param name="detail">What SQLite found.</param>
    public static StoreException Damaged(string file, string detail) => From(file, raw.SQLITE_CORRUPT, detail);

    private static string Explain(string file, int code) => code switch
    {
        raw.SQLITE_NOTADB => $"{file} is not a database: restore it from a backup, or move it away to start empty",
        raw.SQLITE_CORRUPT => $"{file} is damaged: restore it from a backup, or move it away to start empty",
        raw.SQLITE_FULL => $"the disk that holds {file} is full: free some space",
        raw.SQLITE_IOERR => $"{file} cannot be read or written: check the disk and its free space",
        raw.SQLITE_READONLY or raw.SQLITE_PERM => $"{file} cannot be written: check the rights of its folder and of the file",
        raw.SQLITE_CANTOPEN => $"{file} cannot be opened: check the rights of its folder and of the file",
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => $"{file} is locked by another program: close it there",
        _ => $"{file} could not be used",
    };
}
