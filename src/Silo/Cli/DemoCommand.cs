using System.CommandLine;
using Dispatcher.Silo.Demo;

namespace Dispatcher.Silo.Cli;

/// <summary><c>dispatcher demo</c>: the whole way of records, shown and counted.</summary>
internal static class DemoCommand
{
    private const int MaximumRecords = 1_000_000;
    private const int MaximumShards = 16;

    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        var records = Number("--records", "Records to put, 1..1000000", 10_000, MaximumRecords);
        var shards = Number("--shards", "Shards of the stream, 1..16", 4, MaximumShards);
        var command = new Command(
            "demo",
            "Start a server on an empty folder, create a stream, a function and a mapping over the API, put records and count what arrives. Exit code 0 only if nothing was lost.")
        {
            records,
            shards,
        };
        command.SetAction((parsed, cancellation) => RunAsync(new DemoPlan(parsed.GetValue(records), parsed.GetValue(shards)), cancellation));
        return command;
    }

    /// <summary>The function of the demo: the bootstrap of its archive runs this command.</summary>
    public static Command CreateWorker()
    {
        var command = new Command(DemoWorker.Command, "The function of the demo") { Hidden = true };
        command.SetAction((_, cancellation) => DemoWorker.RunAsync(cancellation));
        return command;
    }

    private static Option<int> Number(string name, string description, int standard, int maximum)
    {
        var option = new Option<int>(name) { Description = description, HelpName = "N", DefaultValueFactory = _ => standard };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is var value && (value < 1 || value > maximum))
            {
                result.AddError($"{name} must be 1..{maximum}");
            }
        });
        return option;
    }

    private static async Task<int> RunAsync(DemoPlan plan, CancellationToken cancellation)
    {
        using var interrupt = Interrupt.Link(cancellation);
        try
        {
            return await DemoRun.RunAsync(plan, Console.Out, interrupt.Token);
        }
        catch (DemoException e)
        {
            return Terminal.Fail(e.Message);
        }
        catch (OperationCanceledException) when (interrupt.IsCancellationRequested)
        {
            return Terminal.Fail("the demo was interrupted");
        }
    }
}
