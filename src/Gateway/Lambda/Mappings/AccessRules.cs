using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Sources;

namespace Dispatcher.Gateway.Lambda.Mappings;

/// <summary>SourceAccessConfigurations: which types a source takes, how often, and in which form.</summary>
internal static class AccessRules
{
    private const string Member = "SourceAccessConfigurations";
    private const string VirtualHost = "VIRTUAL_HOST";

    private static readonly string[] Credentials =
        ["BASIC_AUTH", "SASL_SCRAM_256_AUTH", "SASL_SCRAM_512_AUTH", "CLIENT_CERTIFICATE_TLS_AUTH"];

    private static readonly string[] Secrets = [.. Credentials, "SERVER_ROOT_CA_CERTIFICATE"];

    // Several subnets and security groups are usual; they are kept and mean nothing here.
    private static readonly string[] Network = ["VPC_SUBNET", "VPC_SECURITY_GROUP"];

    private static readonly string[] KafkaTypes = [.. Secrets, .. Network];

    private static readonly string[] RabbitMqTypes = ["BASIC_AUTH", VirtualHost];

    /// <summary>Puts the configurations of a create request into the mapping.</summary>
    public static MappingConfig Create(MappingInput input, MappingConfig config, MappingContext context)
        => input.Has(Member) ? config with { SourceAccess = Read(input, context.Kind) } : config;

    /// <summary>Replaces the configurations by those of the request; a virtual host stays as it is.</summary>
    public static MappingConfig Update(MappingInput input, MappingConfig config, MappingContext context)
    {
        if (!input.Has(Member))
        {
            return config;
        }

        var given = Read(input, context.Kind);
        var host = config.SourceAccess.FirstOrDefault(one => one.Type == VirtualHost);
        if (given.FirstOrDefault(one => one.Type == VirtualHost) is { } other && other != host)
        {
            throw ServiceException.Invalid("VIRTUAL_HOST cannot be changed.");
        }

        var kept = host is null || given.Contains(host) ? given : [.. given, host];
        return config with { SourceAccess = kept };
    }

    private static IReadOnlyList<SourceAccess> Read(MappingInput input, SourceKind kind)
    {
        SourceAccess[] given =
            [.. input.Structures(Member).Select(one => new SourceAccess(one.Text("Type") ?? "", one.Text("URI") ?? ""))];
        if (given.Length > 0 && kind is SourceKind.Stream or SourceKind.Queue)
        {
            throw MappingErrors.Unsupported(Member);
        }

        foreach (var one in given)
        {
            Check(one, kind == SourceKind.Kafka ? KafkaTypes : RabbitMqTypes);
        }

        CheckCounts(given);
        return given;
    }

    private static void Check(SourceAccess one, string[] types)
    {
        if (!types.Contains(one.Type))
        {
            throw ServiceException.Invalid(
                $"SourceAccessConfigurations of type '{one.Type}' are not valid for this event source; valid are {string.Join(", ", types)}.");
        }

        if (one.Uri.Length == 0)
        {
            throw ServiceException.Invalid($"SourceAccessConfigurations of type {one.Type} need a URI.");
        }

        if (Secrets.Contains(one.Type) && !IsSecret(one.Uri))
        {
            throw ServiceException.Invalid(
                $"The URI of {one.Type} must be the ARN of a secret (arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME), not '{one.Uri}'.");
        }
    }

    private static bool IsSecret(string uri) => Arn.TryParse(uri, out var arn)
        && arn.Service == "secretsmanager" && arn.Resource.StartsWith("secret:", StringComparison.Ordinal);

    private static void CheckCounts(SourceAccess[] given)
    {
        if (given.Count(one => Credentials.Contains(one.Type)) > 1)
        {
            throw ServiceException.Invalid("SourceAccessConfigurations can have only one type of authentication.");
        }

        var repeated = given.GroupBy(one => one.Type).FirstOrDefault(group => group.Count() > 1 && !Network.Contains(group.Key));
        if (repeated is not null)
        {
            throw ServiceException.Invalid($"SourceAccessConfigurations can have {repeated.Key} only once.");
        }
    }
}
