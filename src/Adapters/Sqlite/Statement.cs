using System.Text;
using SQLitePCL;

namespace Dispatcher.Adapters.Sqlite;

/// <summary>A prepared statement of one connection. Parameters count from 1, columns from 0, as in SQLite.</summary>
internal sealed class Statement(Connection connection, sqlite3_stmt handle) : IDisposable
{
    /// <summary>Binds a number; it stays bound until the statement is disposed.</summary>
    public Statement Bind(int parameter, long value)
    {
        connection.Check(raw.sqlite3_bind_int64(handle, parameter, value));
        return this;
    }

    /// <summary>Binds text.</summary>
    public Statement Bind(int parameter, string value)
    {
        connection.Check(value.Length == 0
            ? raw.sqlite3_bind_text(handle, parameter, "")
            : raw.sqlite3_bind_text(handle, parameter, Encoding.UTF8.GetBytes(value)));
        return this;
    }

    /// <summary>Binds bytes; SQLite copies them.</summary>
    public Statement Bind(int parameter, ReadOnlySpan<byte> value)
    {
        connection.Check(value.IsEmpty
            ? raw.sqlite3_bind_zeroblob(handle, parameter, 0)
            : raw.sqlite3_bind_blob(handle, parameter, value));
        return this;
    }

    /// <summary>Goes to the next row; false where there is none.</summary>
    public bool Step()
    {
        var code = raw.sqlite3_step(handle);
        if (code == raw.SQLITE_ROW)
        {
            return true;
        }

        if (code != raw.SQLITE_DONE)
        {
            connection.Check(code);
        }

        return false;
    }

    /// <summary>Runs it to its end.</summary>
    public void Run()
    {
        while (Step())
        {
        }
    }

    /// <summary>Makes it ready to run again with the parameters it has.</summary>
    public void Again() => raw.sqlite3_reset(handle);

    /// <summary>Whether a column is null.</summary>
    public bool IsNull(int column) => raw.sqlite3_column_type(handle, column) == raw.SQLITE_NULL;

    /// <summary>A column as a number.</summary>
    public long Long(int column) => raw.sqlite3_column_int64(handle, column);

    /// <summary>A column as text.</summary>
    public string Text(int column) => Encoding.UTF8.GetString(raw.sqlite3_column_blob(handle, column));

    /// <summary>A column's bytes, valid until the next step.</summary>
    public ReadOnlySpan<byte> Bytes(int column) => raw.sqlite3_column_blob(handle, column);

    /// <summary>Ends its run and forgets its parameters; it can be used again.</summary>
    public void Dispose()
    {
        // The code repeats the error of the last step, which was thrown then.
        raw.sqlite3_reset(handle);
        raw.sqlite3_clear_bindings(handle);
    }

    /// <summary>Gives it back to SQLite.</summary>
    public void Close() => raw.sqlite3_finalize(handle);
}
