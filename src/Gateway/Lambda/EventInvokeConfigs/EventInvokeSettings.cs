using System.Text.Json.Nodes;
using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Destinations;
using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Functions;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Names;
using Dispatcher.Gateway.Api;
using Dispatcher.Gateway.Lambda.Functions;

namespace Dispatcher.Gateway.Lambda.EventInvokeConfigs;

/// <summary>What the operations on event invoke configs share: reading, checking and showing them.</summary>
internal sealed class EventInvokeSettings(
    FunctionFinder finder, IEnumerable<IDestinationWriter> destinations, DispatcherConfig server, TimeProvider time)
{
    private readonly IDestinationWriter[] _destinations = [.. destinations];

    /// <summary>The function, version or alias that a request is about.</summary>
    /// <exception cref="ServiceException">There is none.</exception>
    public async ValueTask<FunctionRef> FunctionAsync(ApiRequest request, CancellationToken cancellation)
    {
        var function = finder.Name(request);
        await finder.FindAsync(function, cancellation);
        return function with { Qualifier = function.Qualifier ?? FunctionRef.Latest };
    }

    /// <summary>What the request says, put over what is there already.</summary>
    /// <exception cref="ServiceException">It says nothing, or names a destination that cannot be written to.</exception>
    public async ValueTask<EventInvokeConfig> ApplyAsync(ApiRequest request, EventInvokeConfig present, CancellationToken cancellation)
    {
        if (request.Part("MaximumRetryAttempts") is null && request.Part("MaximumEventAgeInSeconds") is null && request.Part("DestinationConfig") is null)
        {
            throw ServiceException.Invalid("You must specify at least one of error handling or destination setting.");
        }

        var given = request.Part("DestinationConfig") as JsonObject;
        var changed = present with
        {
            MaximumRetryAttempts = request.Number("MaximumRetryAttempts") ?? present.MaximumRetryAttempts,
            MaximumEventAgeSeconds = request.Number("MaximumEventAgeInSeconds") ?? present.MaximumEventAgeSeconds,
            OnSuccess = Destination(given, "OnSuccess", present.OnSuccess),
            OnFailure = Destination(given, "OnFailure", present.OnFailure),
            LastModifiedMs = time.GetUtcNow().ToUnixTimeMilliseconds(),
        };
        await CheckAsync(changed, changed.OnSuccess, cancellation);
        await CheckAsync(changed, changed.OnFailure, cancellation);
        return changed;
    }

    /// <summary>A config as the API shows it.</summary>
    public JsonObject Show(EventInvokeConfig config)
    {
        var view = new JsonObject { ["LastModified"] = config.LastModifiedMs / 1000.0, ["FunctionArn"] = Arn(Ref(config)) };
        if (config.MaximumRetryAttempts is { } retries)
        {
            view["MaximumRetryAttempts"] = retries;
        }

        if (config.MaximumEventAgeSeconds is { } age)
        {
            view["MaximumEventAgeInSeconds"] = age;
        }

        view["DestinationConfig"] = new JsonObject { ["OnSuccess"] = Shown(config.OnSuccess), ["OnFailure"] = Shown(config.OnFailure) };
        return view;
    }

    /// <summary>What is answered where a function has no config.</summary>
    public ServiceException Missing(FunctionRef function) => ServiceException.NotFound($"The function {Arn(function)} doesn't have an EventInvokeConfig");

    private static FunctionRef Ref(EventInvokeConfig config) => new(config.Function, config.Qualifier);

    private static JsonObject Shown(string? destination) => destination is null ? [] : new JsonObject { ["Destination"] = destination };

    /// <summary>A destination: the present one where the request does not name it, none where it names an empty one.</summary>
    private static string? Destination(JsonObject? given, string member, string? present)
        => given?[member] is JsonObject one ? (string?)one["Destination"] is { Length: > 0 } text ? text : null : present;

    private string Arn(FunctionRef function) => function.ToArn(server.Region, server.Account);

    private async ValueTask CheckAsync(EventInvokeConfig config, string? destination, CancellationToken cancellation)
    {
        if (destination is null)
        {
            return;
        }

        var writer = Array.Find(_destinations, one => one.Handles(destination)) ?? throw ServiceException.Invalid(
            $"The provided destination {destination} is not supported: it must be the ARN of an SQS queue, a Lambda function, the queue of an "
            + "MQ broker or a Kafka topic, or kafka://topic. SNS, S3 and EventBridge are not supported here.");

        var place = new MappingConfig { Uuid = "", FunctionArn = Arn(Ref(config)), OnFailureDestination = destination };
        await writer.CheckAsync(place, cancellation);
    }
}
