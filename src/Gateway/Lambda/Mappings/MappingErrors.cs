using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Mappings;

namespace Dispatcher.Gateway.Lambda.Mappings;

/// <summary>What is answered to a call about a mapping that cannot be done, in AWS's words where AWS has words for it.</summary>
internal static class MappingErrors
{
    public static ServiceException NotFound() => ServiceException.NotFound("The resource you requested does not exist.");

    public static ServiceException UpdateInUse()
        => new(ServiceErrorKind.InUse, "Cannot update the event source mapping because it is in use.");

    public static ServiceException DeleteInUse()
        => new(ServiceErrorKind.InUse, "Cannot delete the event source mapping because it is in use.");

    /// <summary>A parameter that this kind of source does not have; <paramref name="parameter"/> in the API's spelling.</summary>
    public static ServiceException Unsupported(string parameter) => ServiceException.Invalid(
        $"Unsupported '{char.ToLowerInvariant(parameter[0])}{parameter[1..]}' parameter for given event source mapping type.");

    public static ServiceException NoSource() => ServiceException.Invalid("Unrecognized event source.");

    public static ServiceException UnknownSource(string arn) => ServiceException.Invalid(
        $"Unrecognized event source, must be Kinesis, SQS, Kafka or RabbitMQ. Unsupported source arn : {arn}");

    public static ServiceException Required(string member) => ServiceException.Invalid(
        $"1 validation error detected: Value null at '{member}' failed to satisfy constraint: Member must not be null.");

    public static ServiceException AboveMaximum(string member, int value, int maximum) => new(
        ServiceErrorKind.Validation,
        $"1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: "
        + $"Member must have value less than or equal to {maximum}");

    /// <summary>There is such a mapping already. AWS words it one way for queues and another way for everything else.</summary>
    public static ServiceException Duplicate(MappingConfig wanted, string function, string holder)
    {
        var source = wanted.EventSourceArn ?? string.Join(',', wanted.KafkaBootstrapServers ?? []);
        const string tail = "Please update or delete the existing mapping with UUID ";
        return ServiceException.Conflict(wanted.EventSourceArn?.Contains(":sqs:", StringComparison.Ordinal) == true
            ? $"An event source mapping with SQS arn (\" {source} \") and function (\" {function} \") already exists. {tail}{holder}"
            : $"The event source arn (\" {source} \") and function (\" {function} \") provided mapping already exists. {tail}{holder}");
    }

    /// <summary>Another mapping reads this topic with this consumer group; both would move the same offsets.</summary>
    public static ServiceException GroupInUse(string group, string holder) => ServiceException.Conflict(
        $"The consumer group id {group} is already used for this topic by the event source mapping with UUID {holder}.");
}
