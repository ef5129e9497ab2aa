using Dispatcher.Contracts;
using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Names;
using Dispatcher.Gateway.Lambda.Permissions;

namespace Dispatcher.Silo.Configuration;

/// <summary>Checks push sources.</summary>
internal static class PushValidator
{
    /// <summary>Everything that is wrong, one sentence each.</summary>
    public static IEnumerable<string> Validate(DispatcherConfig config)
        => config.Push.SelectMany(one => Validate($"Push:{one.Key}", one.Key, one.Value, config));

    private static IEnumerable<string> Validate(string place, string name, PushSourceConfig source, DispatcherConfig config)
    {
        if (name.Length == 0 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
        {
            yield return $"{place} must have a name of letters, digits, dots, hyphens and underscores";
        }

        var buckets = source.Kind.Equals("S3", StringComparison.OrdinalIgnoreCase);
        if (!buckets && !source.Kind.Equals("CloudEvents", StringComparison.OrdinalIgnoreCase))
        {
            yield return $"{place}:Kind '{source.Kind}' must be S3 or CloudEvents";
        }

        if (source.Functions.Count is 0 or > Limits.PushFunctions)
        {
            yield return $"{place}:Functions must name 1..{Limits.PushFunctions} functions";
        }

        foreach (var function in source.Functions.Where(text => !IsFunction(text, config)))
        {
            yield return $"{place}:Functions '{function}' must be a function of this server: a name, name:qualifier or ARN";
        }

        if (source.Principal.Length > 0 && PolicyPrincipal.KindOf(source.Principal) is null or PolicyPrincipal.Everybody)
        {
            yield return $"{place}:Principal '{source.Principal}' must be a service such as s3.amazonaws.com, an account, or the ARN of a user or role";
        }

        foreach (var error in Origin(place, buckets, source))
        {
            yield return error;
        }

        if (AccessValidator.Broken($"{place}:Token", source.Token) is { } broken)
        {
            yield return broken;
        }
    }

    private static IEnumerable<string> Origin(string place, bool buckets, PushSourceConfig source)
    {
        if (buckets && !source.SourceArn.StartsWith("arn:aws:s3:::", StringComparison.Ordinal))
        {
            yield return $"{place}:SourceArn '{source.SourceArn}' must be arn:aws:s3:::BUCKET; * and ? stand for any buckets";
        }
        else if (source.SourceArn.Length > 0 && !Arn.TryParse(source.SourceArn, out _))
        {
            yield return $"{place}:SourceArn '{source.SourceArn}' must be an ARN";
        }

        if (source.SourceAccount.Length > 0 && (source.SourceAccount.Length != 12 || !source.SourceAccount.All(char.IsAsciiDigit)))
        {
            yield return $"{place}:SourceAccount '{source.SourceAccount}' must be 12 digits";
        }
    }

    private static bool IsFunction(string text, DispatcherConfig config)
        => FunctionRef.TryParse(text, out _, out var region, out var account)
            && (region ?? config.Region) == config.Region && (account ?? config.Account) == config.Account;
}
