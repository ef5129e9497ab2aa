namespace Dispatcher.Contracts.Mappings;

/// <summary>One SourceAccessConfiguration.</summary>
/// <param name="Type">BASIC_AUTH, SASL_SCRAM_256_AUTH, SASL_SCRAM_512_AUTH, CLIENT_CERTIFICATE_TLS_AUTH,
/// SERVER_ROOT_CA_CERTIFICATE, VIRTUAL_HOST, VPC_SUBNET, VPC_SECURITY_GROUP.</param>
/// <param name="Uri">A secret's ARN; the virtual host itself for VIRTUAL_HOST.</param>
public sealed record SourceAccess(string Type, string Uri);
