using System.Text.Json;
using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Mappings;

namespace Dispatcher.Adapters.Kafka;

/// <summary>What a mapping shows to the brokers and expects of them; null where it says nothing about it.</summary>
internal sealed record KafkaCredentials
{
    /// <summary>PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512.</summary>
    public string? Mechanism { get; private init; }

    /// <summary>User name for <see cref="Mechanism"/>.</summary>
    public string? Username { get; private init; }

    /// <summary>Password for <see cref="Mechanism"/>.</summary>
    public string? Password { get; private init; }

    /// <summary>Client certificate chain, PEM.</summary>
    public string? Certificate { get; private init; }

    /// <summary>Private key of the certificate, PEM (PKCS#8), possibly encrypted.</summary>
    public string? PrivateKey { get; private init; }

    /// <summary>Password of the private key.</summary>
    public string? PrivateKeyPassword { get; private init; }

    /// <summary>Certificate authority of the brokers, PEM.</summary>
    public string? RootCa { get; private init; }

    /// <summary>Reads the secrets that a mapping names.</summary>
    /// <exception cref="ServiceException">A secret is missing or has not the form that its type asks for.</exception>
    public static async ValueTask<KafkaCredentials> ReadAsync(
        IReadOnlyList<SourceAccess> access, ISecrets secrets, CancellationToken cancellation)
    {
        var result = new KafkaCredentials();
        foreach (var (type, uri) in access)
        {
            if (type is "VPC_SUBNET" or "VPC_SECURITY_GROUP")
            {
                continue;
            }

            if (Mechanisms(type) is null && type is not ("CLIENT_CERTIFICATE_TLS_AUTH" or "SERVER_ROOT_CA_CERTIFICATE"))
            {
                throw ServiceException.Invalid($"SourceAccessConfiguration type {type} is not supported for Kafka.");
            }

            result = result.With(type, Fields(uri, await secrets.ReadAsync(uri, cancellation)));
        }

        return result;
    }

    private static string? Mechanisms(string type) => type switch
    {
        "BASIC_AUTH" => "PLAIN",
        "SASL_SCRAM_256_AUTH" => "SCRAM-SHA-256",
        "SASL_SCRAM_512_AUTH" => "SCRAM-SHA-512",
        _ => null,
    };

    private static Func<string, bool, string?> Fields(string uri, string text)
    {
        JsonElement root;
        try
        {
            root = JsonElement.Parse(text);
        }
        catch (JsonException error)
        {
            throw new ServiceException(ServiceErrorKind.InvalidParameterValue, $"Secret {uri} is not JSON.", error);
        }

        return (name, required) =>
            root.ValueKind == JsonValueKind.Object && root.TryGetProperty(name, out var value)
                && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } found ? found
            : required ? throw ServiceException.Invalid($"Secret {uri} has no field '{name}'.")
            : null;
    }

    private static string Pem(Func<string, bool, string?> field, string name)
    {
        var text = field(name, true)!;
        return text.Contains("-----BEGIN ", StringComparison.Ordinal)
            ? text
            : throw ServiceException.Invalid($"Provided certificate or private key is invalid: '{name}' is not PEM.");
    }

    private KafkaCredentials With(string type, Func<string, bool, string?> field)
    {
        switch (type)
        {
            case "CLIENT_CERTIFICATE_TLS_AUTH":
                return this with
                {
                    Certificate = Pem(field, "certificate"),
                    PrivateKey = Pem(field, "privateKey"),
                    PrivateKeyPassword = field("privateKeyPassword", false),
                };
            case "SERVER_ROOT_CA_CERTIFICATE":
                return this with { RootCa = Pem(field, "certificate") };
            default:
                return Mechanism is null
                    ? this with
                    {
                        Mechanism = Mechanisms(type),
                        Username = field("username", true),
                        Password = field("password", true),
                    }
                    : throw ServiceException.Invalid("Only one of BASIC_AUTH, SASL_SCRAM_256_AUTH and SASL_SCRAM_512_AUTH can be given.");
        }
    }
}
