using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Functions;
using Dispatcher.Gateway.Api;

namespace Dispatcher.Gateway.Lambda.Functions;

/// <summary>The code of a function as a request brings it: an archive or the URI of an image.</summary>
/// <param name="Archive">The archive; empty for an image.</param>
/// <param name="ImageUri">The image's URI; null for an archive.</param>
internal sealed record FunctionCode(byte[] Archive, string? ImageUri)
{
    private static readonly string[] Buckets = ["S3Bucket", "S3Key", "S3ObjectVersion"];

    /// <summary>Reads the code members of CreateFunction's Code or of UpdateFunctionCode.</summary>
    /// <exception cref="Contracts.Errors.ServiceException">There is none, too much of it, or not of that package type.</exception>
    public static FunctionCode Read(JsonObject input, string packageType)
    {
        if (Array.Exists(Buckets, name => input[name] is not null))
        {
            throw FunctionErrors.NoBuckets();
        }

        var (archive, image) = (input["ZipFile"], input["ImageUri"]);
        return (packageType, archive, image) switch
        {
            (_, null, null) when packageType == "Zip" => throw FunctionErrors.NoCode(),
            (_, null, null) => throw FunctionErrors.NoImageUri(),
            ("Zip", not null, null) => new FunctionCode(Decode(archive), null),
            ("Zip", _, not null) => throw FunctionErrors.ZipWithImageUri(),
            (_, null, not null) => new FunctionCode([], image.GetValue<string>()),
            _ => throw FunctionErrors.ImageWithZip(),
        };
    }

    /// <summary>The function with this code.</summary>
    public FunctionConfig ApplyTo(FunctionConfig config) => config with
    {
        CodeSha256 = Convert.ToBase64String(SHA256.HashData(ImageUri is null ? Archive : Encoding.UTF8.GetBytes(ImageUri))),
        CodeSize = Archive.Length,
        ImageUri = ImageUri,
    };

    /// <summary>The name of a function's archive in the blob store; null for an image.</summary>
    public static string? BlobOf(FunctionConfig config) => config.PackageType == "Zip" && config.CodeSha256.Length > 0
        ? Convert.ToHexStringLower(Convert.FromBase64String(config.CodeSha256))
        : null;

    private static byte[] Decode(JsonNode text)
    {
        if (!text.AsValue().TryGetValue<System.Text.Json.JsonElement>(out var element)
            || !element.TryGetBytesFromBase64(out var archive))
        {
            throw ApiErrors.Serialization("The value of ZipFile is not base64");
        }

        return archive.Length <= Limits.ZipBytes ? archive : throw FunctionErrors.ZipTooLarge();
    }
}
