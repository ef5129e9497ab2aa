using Dispatcher.Contracts.Store;
using SQLitePCL;

namespace Dispatcher.Adapters.Sqlite;

/// <summary>One connection to the database file, used by one thread at a time. Its statements are prepared once.</summary>
internal sealed class Connection : IDisposable
{
    private readonly Dictionary<string, Statement> _statements = [];
    private readonly sqlite3 _handle;

    /// <summary>Opens the file.</summary>
    /// <exception cref="StoreException">It cannot be opened.</exception>
    public Connection(string file, bool write)
    {
        File = file;
        var flags = raw.SQLITE_OPEN_NOMUTEX
            | (write ? raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE : raw.SQLITE_OPEN_READONLY);
        var code = raw.sqlite3_open_v2(file, out _handle, flags, null);
        if (code != raw.SQLITE_OK)
        {
            var trouble = SqliteErrors.From(file, code, raw.sqlite3_errmsg(_handle).utf8_to_string());
            raw.sqlite3_close_v2(_handle);
            throw trouble;
        }

        raw.sqlite3_extended_result_codes(_handle, 1);
        raw.sqlite3_busy_timeout(_handle, 2_000);
    }

    /// <summary>The database file.</summary>
    public string File { get; }

    /// <summary>Rows that the last statement changed.</summary>
    public int Changes => raw.sqlite3_changes(_handle);

    /// <summary>The number that the last insert gave.</summary>
    public long LastId => raw.sqlite3_last_insert_rowid(_handle);

    /// <summary>Whether a transaction is open; some errors end it.</summary>
    public bool InTransaction => raw.sqlite3_get_autocommit(_handle) == 0;

    /// <summary>A statement, ready to be bound. Dispose it after its use: that resets it and keeps it prepared.</summary>
    public Statement Use(string sql)
    {
        if (!_statements.TryGetValue(sql, out var statement))
        {
            Check(raw.sqlite3_prepare_v3(_handle, sql, raw.SQLITE_PREPARE_PERSISTENT, out var handle));
            _statements[sql] = statement = new Statement(this, handle);
        }

        return statement;
    }

    /// <summary>Runs a statement without parameters.</summary>
    public void Run(string sql)
    {
        using var statement = Use(sql);
        statement.Run();
    }

    /// <summary>The first column of the first row, as a number; 0 where there is no row.</summary>
    public long Number(string sql)
    {
        using var statement = Use(sql);
        return statement.Step() ? statement.Long(0) : 0;
    }

    /// <summary>The first column of the first row, as text; empty where there is no row.</summary>
    public string Text(string sql)
    {
        using var statement = Use(sql);
        return statement.Step() ? statement.Text(0) : "";
    }

    /// <summary>Runs a script of many statements.</summary>
    public void RunScript(string sql)
        => Check(raw.sqlite3_exec(_handle, sql, null, null, out _));

    /// <summary>Moves the write-ahead log into the file, as far as readers let it; returns pages in the log.</summary>
    public int Checkpoint(int mode)
    {
        var code = raw.sqlite3_wal_checkpoint_v2(_handle, "main", mode, out var pages, out _);
        if (code != raw.SQLITE_BUSY)
        {
            Check(code);
        }

        return pages;
    }

    /// <summary>Throws for every code but success.</summary>
    public void Check(int code)
    {
        if (code != raw.SQLITE_OK)
        {
            throw SqliteErrors.From(File, code, raw.sqlite3_errmsg(_handle).utf8_to_string());
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var statement in _statements.Values)
        {
            statement.Close();
        }

        _statements.Clear();
        raw.sqlite3_close_v2(_handle);
    }
}
