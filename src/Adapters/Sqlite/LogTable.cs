using System.Collections.Concurrent;

namespace Dispatcher.Adapters.Sqlite;

/// <summary>
/// All logs, in memory. The writer changes them inside a transaction; readers see the changes when they are committed, so
/// that bounds and waits need no query.
/// </summary>
internal sealed class LogTable
{
    private const string Store = "UPDATE logs SET first = ?, next = ?, last_ms = ?, sealed = ? WHERE id = ?";

    private readonly ConcurrentDictionary<string, LogEntry> _logs = new();
    private readonly Dictionary<string, LogView?> _changed = [];

    /// <summary>Reads all logs; before the writer starts.</summary>
    public void Load(Connection connection)
    {
        using var select = connection.Use("SELECT name, id, first, next, last_ms, sealed FROM logs WHERE name IS NOT NULL");
        while (select.Step())
        {
            var view = new LogView(select.Long(1), select.Long(2), select.Long(3), select.Long(4), select.Long(5) != 0);
            _logs[select.Text(0)] = new LogEntry(view);
        }
    }

    /// <summary>A log as readers see it, or null.</summary>
    public LogEntry? Find(string name) => _logs.GetValueOrDefault(name);

    /// <summary>A log as the present transaction sees it, or null. Writer only.</summary>
    public LogView? Get(string name)
        => _changed.TryGetValue(name, out var changed) ? changed : Find(name)?.View;

    /// <summary>Changes a log (null: deletes it) in the present transaction. Writer only, the last step of a write.</summary>
    public void Set(string name, LogView? view) => _changed[name] = view;

    /// <summary>Writes what changed into the present transaction. Writer only.</summary>
    public void Save(Connection connection)
    {
        foreach (var view in _changed.Values)
        {
            if (view is not null)
            {
                using var update = connection.Use(Store);
                update.Bind(1, view.First).Bind(2, view.Next).Bind(3, view.LastMs).Bind(4, view.Sealed ? 1 : 0).Bind(5, view.Id);
                update.Run();
            }
        }
    }

    /// <summary>The transaction is durable: shows the changes and wakes those who wait. Writer only.</summary>
    public void Publish()
    {
        foreach (var (name, view) in _changed)
        {
            Publish(name, view);
        }

        _changed.Clear();
    }

    /// <summary>The transaction failed: nothing changed. Writer only.</summary>
    public void Forget() => _changed.Clear();

    private void Publish(string name, LogView? view)
    {
        if (view is null)
        {
            if (_logs.TryRemove(name, out var gone))
            {
                gone.Publish(null);
            }
        }
        else if (_logs.TryGetValue(name, out var entry))
        {
            entry.Publish(view);
        }
        else
        {
            _logs[name] = new LogEntry(view);
        }
    }
}
