using Dispatcher.Contracts;
using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Queues;

namespace Dispatcher.Adapters.EmbeddedQueues;

/// <summary>What a message may be.</summary>
internal static class MessageRules
{
    private const string NotForThisQueue = "The request include parameter that is not valid for this queue type";

    /// <summary>What is wrong with a message for a queue; null where nothing is.</summary>
    public static ServiceException? Check(QueueConfig queue, QueueSend message)
    {
        if (message.Body.Length == 0)
        {
            return QueueErrors.Missing("MessageBody");
        }

        if (!IsText(message.Body))
        {
            return QueueErrors.BadContents();
        }

        if (message.DelaySeconds is < 0 or > Limits.QueueDelaySeconds)
        {
            return QueueErrors.Invalid(message.DelaySeconds, "DelaySeconds", $"DelaySeconds must be >= 0 and <= {Limits.QueueDelaySeconds}.");
        }

        return CheckIds(queue, message) ?? CheckAttributes(message) ?? CheckSize(queue, message);
    }

    private static ServiceException? CheckSize(QueueConfig queue, QueueSend message)
        => message.AnySize || message.Size <= queue.MaximumBytes
            ? null
            : QueueErrors.Invalid($"One or more parameters are invalid. Reason: Message must be shorter than {queue.MaximumBytes} bytes.");

    private static ServiceException? CheckIds(QueueConfig queue, QueueSend message)
    {
        if (message.Group is { } group && !IsId(group))
        {
            return BadId(group, "MessageGroupId");
        }

        if (message.Deduplication is { } deduplication && !IsId(deduplication))
        {
            return BadId(deduplication, "MessageDeduplicationId");
        }

        if (!queue.Fifo)
        {
            return message.Deduplication is null ? null : QueueErrors.Invalid(message.Deduplication, "MessageDeduplicationId", NotForThisQueue + ".");
        }

        return message.Group is null ? QueueErrors.Missing("MessageGroupId")
            : message.DelaySeconds > 0 ? QueueErrors.Invalid(message.DelaySeconds, "DelaySeconds", NotForThisQueue + ".")
            : message.Deduplication is null && !queue.ContentDeduplication
                ? QueueErrors.Invalid("The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly")
            : null;
    }

    private static ServiceException? CheckAttributes(QueueSend message)
    {
        if (message.Attributes.Count > Limits.QueueMessageAttributes)
        {
            return QueueErrors.Invalid(
                $"Number of message attributes [{message.Attributes.Count}] exceeds the allowed maximum [{Limits.QueueMessageAttributes}].");
        }

        foreach (var (name, attribute) in message.Attributes)
        {
            if (!IsAttributeName(name))
            {
                return QueueErrors.Invalid($"Message attribute name '{name}' is invalid.");
            }

            if (CheckValue(name, attribute) is { } wrong)
            {
                return wrong;
            }
        }

        return null;
    }

    private static ServiceException? CheckValue(string name, QueueAttribute attribute)
    {
        var type = attribute.DataType.Split('.')[0];
        if (type is not ("String" or "Number" or "Binary"))
        {
            return QueueErrors.Invalid(
                $"The message attribute '{name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.");
        }

        var there = type == "Binary" ? attribute.Binary is { Length: > 0 } : attribute is { Text.Length: > 0, Binary: null };
        if (!there)
        {
            return QueueErrors.Invalid(
                $"The message attribute '{name}' with type '{type}' must use field '{(type == "Binary" ? "Binary" : "String")}'.");
        }

        return type == "Number" && !decimal.TryParse(
            attribute.Text, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out _)
            ? QueueErrors.Invalid($"Can't cast the value of message attribute '{name}' to a number.")
            : null;
    }

    private static bool IsAttributeName(string name)
        => name.Length is > 0 and <= Limits.QueueAttributeNameLength
            && !name.StartsWith('.') && !name.EndsWith('.') && !name.Contains("..", StringComparison.Ordinal)
            && name.All(one => char.IsAsciiLetterOrDigit(one) || one is '_' or '-' or '.')
            && !name.StartsWith("AWS.", StringComparison.OrdinalIgnoreCase) && !name.StartsWith("Amazon.", StringComparison.OrdinalIgnoreCase);

    private static bool IsId(string id) => id.Length is > 0 and <= Limits.QueueMessageIdLength && id.All(one => one is > ' ' and <= '~');

    private static ServiceException BadId(string id, string parameter) => QueueErrors.Invalid(
        id, parameter, $"{parameter} can only include alphanumeric and punctuation characters. 1 to {Limits.QueueMessageIdLength} in length.");

    /// <summary>Whether all characters are those that XML 1.0 allows.</summary>
    private static bool IsText(string body)
    {
        foreach (var one in body)
        {
            if (one is (< ' ' and not ('\t' or '\n' or '\r')) or '\uFFFE' or '\uFFFF')
            {
                return false;
            }
        }

        return true;
    }
}
