using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Errors;
using Dispatcher.Silo.Configuration;

namespace Dispatcher.Silo.Tests.Configuration;

public sealed class ConfiguredSecretsTests
{
    private const string Prefix = "arn:aws:secretsmanager:us-east-1:000000000000:secret:";

    [Theory]
    [InlineData("broker")]
    [InlineData("broker-Ab12Cd")]
    public async Task ReadAsync_Value_IgnoresAwsSuffix(string name)
    {
        var secrets = Secrets("broker", new SecretConfig { Value = "v" });

        Assert.Equal("v", await secrets.ReadAsync(Prefix + name, CancellationToken.None));
    }

    [Fact]
    public async Task ReadAsync_NameThatLooksLikeASuffix_IsTakenAsItIs()
    {
        var secrets = Secrets("kafka-secret", new SecretConfig { Value = "v" });

        Assert.Equal("v", await secrets.ReadAsync(Prefix + "kafka-secret", CancellationToken.None));
    }

    [Fact]
    public async Task ReadAsync_File_IsReadAtEveryUse()
    {
        var file = Path.GetTempFileName();
        try
        {
            var secrets = Secrets("s", new SecretConfig { File = file });
            await File.WriteAllTextAsync(file, "one\n");
            var first = await secrets.ReadAsync(Prefix + "s", CancellationToken.None);
            await File.WriteAllTextAsync(file, "two");

            Assert.Equal(("one", "two"), (first, await secrets.ReadAsync(Prefix + "s", CancellationToken.None)));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("arn:aws:secretsmanager:us-east-1:000000000000:secret:other", "not configured")]
    [InlineData("broker", "not the ARN")]
    [InlineData("arn:aws:secretsmanager:us-east-1:000000000000:secret:file", "cannot be read")]
    [InlineData("arn:aws:secretsmanager:us-east-1:000000000000:secret:variable", "is not set")]
    public async Task ReadAsync_WhatCannotBeRead_SaysWhy(string arn, string expected)
    {
        var config = new DispatcherConfig
        {
            Secrets =
            {
                ["file"] = new SecretConfig { File = "/does/not/exist" },
                ["variable"] = new SecretConfig { Environment = "DISPATCHER_TEST_NOT_SET" },
            },
        };

        var error = await Assert.ThrowsAsync<ServiceException>(
            () => new ConfiguredSecrets(config).ReadAsync(arn, CancellationToken.None).AsTask());
        Assert.Contains(expected, error.Message);
    }

    private static ConfiguredSecrets Secrets(string name, SecretConfig secret)
        => new(new DispatcherConfig { Secrets = { [name] = secret } });
}
