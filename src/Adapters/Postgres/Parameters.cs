using Npgsql;
using NpgsqlTypes;

namespace Dispatcher.Adapters.Postgres;

/// <summary>Positional parameters with their types, without boxing.</summary>
internal static class Parameters
{
    /// <summary>Adds a statement to a batch; returns its parameters.</summary>
    public static NpgsqlParameterCollection Add(this NpgsqlBatch batch, string sql)
    {
        var command = new NpgsqlBatchCommand(sql);
        batch.BatchCommands.Add(command);
        return command.Parameters;
    }

    /// <summary>Adds text.</summary>
    public static NpgsqlParameterCollection With(this NpgsqlParameterCollection all, string value)
        => all.With(value, NpgsqlDbType.Text);

    /// <summary>Adds a number.</summary>
    public static NpgsqlParameterCollection With(this NpgsqlParameterCollection all, long value)
        => all.With(value, NpgsqlDbType.Bigint);

    /// <summary>Adds a number.</summary>
    public static NpgsqlParameterCollection With(this NpgsqlParameterCollection all, int value)
        => all.With(value, NpgsqlDbType.Integer);

    /// <summary>Adds an id.</summary>
    public static NpgsqlParameterCollection With(this NpgsqlParameterCollection all, Guid value)
        => all.With(value, NpgsqlDbType.Uuid);

    /// <summary>Adds bytes.</summary>
    public static NpgsqlParameterCollection With(this NpgsqlParameterCollection all, ReadOnlyMemory<byte> value)
        => all.With(value, NpgsqlDbType.Bytea);

    /// <summary>Adds an array of texts.</summary>
    public static NpgsqlParameterCollection With(this NpgsqlParameterCollection all, List<string> values)
        => all.With(values, NpgsqlDbType.Array | NpgsqlDbType.Text);

    /// <summary>Adds an array of numbers.</summary>
    public static NpgsqlParameterCollection With(this NpgsqlParameterCollection all, List<long> values)
        => all.With(values, NpgsqlDbType.Array | NpgsqlDbType.Bigint);

    /// <summary>Adds an array of numbers.</summary>
    public static NpgsqlParameterCollection With(this NpgsqlParameterCollection all, List<int> values)
        => all.With(values, NpgsqlDbType.Array | NpgsqlDbType.Integer);

    /// <summary>Adds an array of ids.</summary>
    public static NpgsqlParameterCollection With(this NpgsqlParameterCollection all, List<Guid> values)
        => all.With(values, NpgsqlDbType.Array | NpgsqlDbType.Uuid);

    /// <summary>Adds an array of bytes; they are not copied.</summary>
    public static NpgsqlParameterCollection With(this NpgsqlParameterCollection all, List<ReadOnlyMemory<byte>> values)
        => all.With(values, NpgsqlDbType.Array | NpgsqlDbType.Bytea);

    private static NpgsqlParameterCollection With<T>(this NpgsqlParameterCollection all, T value, NpgsqlDbType type)
    {
        all.Add(new NpgsqlParameter<T> { TypedValue = value, NpgsqlDbType = type });
        return all;
    }
}
