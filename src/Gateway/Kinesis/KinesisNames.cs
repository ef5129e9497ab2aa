using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Names;

namespace Dispatcher.Gateway.Kinesis;

/// <summary>Names of streams on the wire: plain or as an ARN.</summary>
internal sealed class KinesisNames(DispatcherConfig config, KinesisErrors errors)
{
    private const string ResourcePrefix = "stream/";

    /// <summary>The ARN of a stream here.</summary>
    public string ArnOf(string stream) => $"arn:aws:kinesis:{config.Region}:{config.Account}:{ResourcePrefix}{stream}";

    /// <summary>The stream that a call names, by name or by ARN.</summary>
    /// <exception cref="ServiceException">It names none, two, or one of another account or region.</exception>
    public string Resolve(string? name, string? arn)
    {
        if (arn is null)
        {
            return name ?? throw ServiceException.Invalid("Either StreamName or StreamARN should be provided.");
        }

        var found = FromArn(arn);
        return name is null || name == found
            ? found
            : throw ServiceException.Invalid($"StreamName {name} and StreamARN {arn} name different streams.");
    }

    /// <summary>The stream of an ARN.</summary>
    /// <exception cref="ServiceException">It is not the ARN of a stream here.</exception>
    public string FromArn(string text)
    {
        if (!Arn.TryParse(text, out var arn) || arn.Service != "kinesis"
            || !arn.Resource.StartsWith(ResourcePrefix, StringComparison.Ordinal))
        {
            throw ServiceException.Invalid($"{text} is not the ARN of a stream.");
        }

        var name = arn.Resource[ResourcePrefix.Length..];
        return (arn.Region, arn.Account) == (config.Region, config.Account) ? name : throw errors.StreamNotFound(text);
    }
}
