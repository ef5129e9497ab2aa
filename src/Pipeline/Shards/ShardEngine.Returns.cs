using System.Text;
using Dispatcher.Contracts.Records;
using Dispatcher.Contracts.Sources;

namespace Dispatcher.Pipeline.Shards;

/// <summary>Records that go back to the source (<see cref="ShardPlan.ReturnsFailed"/>).</summary>
internal sealed partial class ShardEngine
{
    private List<ReturnedRecord> _givenBack = [];

    /// <summary>
    /// Records that were given back since the last call. The source must hear of them before the next checkpoint, in which
    /// they count as finished.
    /// </summary>
    public IReadOnlyList<ReturnedRecord> TakeReturned()
    {
        if (_givenBack.Count == 0)
        {
            return [];
        }

        var taken = _givenBack;
        _givenBack = [];
        return taken;
    }

    /// <summary>Gives a failed batch back; where keys have an order, with all that waits behind it under the same keys.</summary>
    private void GiveBack(Batch batch)
    {
        var followers = _plan.Ordered ? TakeFollowers(KeysOf(batch)) : [];
        GiveBack(batch.Numbers, tried: true);
        GiveBack(followers, tried: false);
        _changed = true;
    }

    private void GiveBack(IReadOnlyList<long> numbers, bool tried)
    {
        foreach (var number in numbers)
        {
            _givenBack.Add(new ReturnedRecord(_window.Entry(number).Position, tried));
            _window.Finish(number);
            _returned++;
        }
    }

    private HashSet<string> KeysOf(Batch batch)
        => [.. batch.Numbers.Where(HasKey).Select(KeyOf)];

    private List<long> TakeFollowers(HashSet<string> keys)
    {
        var taken = new List<long>();
        bool Follows(long number) => HasKey(number) && keys.Contains(KeyOf(number));
        foreach (var lane in _lanes.All)
        {
            for (var node = lane.First.First; node is not null;)
            {
                var (next, batch) = (node.Next, node.Value);
                taken.AddRange(batch.Numbers.Where(Follows));
                batch.Numbers = [.. batch.Numbers.Where(number => !Follows(number))];

                // The final invocation of a window never had records: it stays with its attempts.
                if (batch is { Count: 0, Restoring: false, Window: not { Final: true } })
                {
                    lane.First.Remove(node);
                }

                node = next;
            }

            taken.AddRange(lane.Backlog.TakeWhere(Follows, number => _window.Entry(number).Size));
        }

        return taken;
    }

    private bool HasKey(long number) => (_window.Record(number).Flags & RecordFlags.NullKey) == 0;

    private string KeyOf(long number) => Encoding.Latin1.GetString(_window.Record(number).Key.Span);
}
