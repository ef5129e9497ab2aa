using Dispatcher.Contracts.Configuration;
using Microsoft.Extensions.Logging.Console;
using OpenTelemetry.Logs;
using OpenTelemetry.Resources;

namespace Dispatcher.Silo.Observability;

/// <summary>Where logs go.</summary>
internal static class LogRegistration
{
    /// <summary>Logs to standard error: one line for people or one JSON object for collectors.</summary>
    public static void AddDispatcherLogs(this ILoggingBuilder logging, LogConfig config)
    {
        logging.ClearProviders();
        var level = Enum.Parse<LogLevel>(config.Level, ignoreCase: true);
        logging.SetMinimumLevel(level);
        logging.AddFilter("Microsoft", LogLevel.Warning);

        // What keeps the server from starting is said in one line by the command, not as a stack trace by the host.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
        if (level >= LogLevel.Information)
        {
            QuietOrleans(logging);
        }

        if (config.Format != "json" && !TelemetryExport.IsWanted)
        {
            // Says nothing at all: what it adds to the lines of others about the request of theirs is not shown, and costs each request.
            logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        }

        if (TelemetryExport.IsWanted)
        {
            logging.AddOpenTelemetry(logs =>
            {
                var resource = ResourceBuilder.CreateDefault();
                TelemetryExport.Describe(resource);
                logs.SetResourceBuilder(resource).AddOtlpExporter();
            });
        }

        logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        if (config.Format == "json")
        {
            logging.AddJsonConsole(json =>
            {
                Timestamp(json, "yyyy-MM-ddTHH:mm:ss.fffZ");
                json.IncludeScopes = true;
            });
        }
        else
        {
            logging.AddSimpleConsole(text =>
            {
                Timestamp(text, "HH:mm:ss.fff ");
                text.SingleLine = true;
            });
        }
    }

    /// <summary>
    /// Orleans tells its options and every step of its start, fifty lines of them, and takes a silo without the server's garbage
    /// collector and its own first look at its watchdog for worth a warning. Level <c>Debug</c> shows all of it.
    /// </summary>
    private static void QuietOrleans(ILoggingBuilder logging)
    {
        logging.AddFilter("Orleans", LogLevel.Warning);
        logging.AddFilter("Orleans.Runtime.Silo", LogLevel.Error);
        logging.AddFilter("Orleans.Runtime.SiloOptionsLogger", LogLevel.Warning);
        logging.AddFilter("Orleans.Runtime.Watchdog", LogLevel.Error);

        // The base class of the grain services writes under their names.
        logging.AddFilter("Dispatcher.Silo.Orleans.Notices.NoticeService", LogLevel.Warning);
        logging.AddFilter("Dispatcher.Silo.Orleans.Warm.WarmService", LogLevel.Warning);
    }

    private static void Timestamp(ConsoleFormatterOptions options, string format)
    {
        options.TimestampFormat = format;
        options.UseUtcTimestamp = true;
    }
}
