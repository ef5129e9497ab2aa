using Dispatcher.Contracts.Configuration;
using Dispatcher.Silo.Configuration;

namespace Dispatcher.Silo.Tests.Configuration;

public sealed class PushValidatorTests
{
    [Fact]
    public void Validate_GoodSources_AreRight()
        => Assert.Empty(Validate(
            ("uploads", Source()),
            ("erp.orders-1", Source() with { Kind = "cloudevents", SourceArn = "", Principal = "arn:aws:iam::111122223333:user/erp", SourceAccount = "111122223333" }),
            ("all", Source() with { Principal = "111122223333", SourceArn = "arn:aws:s3:::*", Functions = ["f:live", "arn:aws:lambda:us-east-1:000000000000:function:g:1"] })));

    [Fact]
    public void Validate_ManyMistakes_NamesEachOne()
    {
        var errors = Validate(("a b", Source() with
        {
            Kind = "SNS",
            Functions = ["no good", "arn:aws:lambda:eu-west-1:000000000000:function:g"],
            Principal = "*",
            SourceArn = "bucket",
            SourceAccount = "1",
            Token = new SecretConfig { Value = "" },
        }));

        Assert.Equal(
            ["Push:a", "Push:a", "Push:a", "Push:a", "Push:a", "Push:a", "Push:a", "Push:a"],
            errors.Select(error => error.Split(' ')[0]));
        Assert.All(
            (string[])["must have a name", ":Kind 'SNS'", "'no good'", "eu-west-1", ":Principal '*'", ":SourceArn 'bucket'", ":SourceAccount '1'", ":Token is empty"],
            part => Assert.Contains(errors, error => error.Contains(part, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("arn:aws:events:us-east-1:000000000000:rule/r")]
    public void Validate_BucketsWithoutABucket_AreRefused(string arn)
        => Assert.Contains("must be arn:aws:s3:::BUCKET", Assert.Single(Validate(("uploads", Source() with { SourceArn = arn }))));

    [Fact]
    public void Validate_NoFunctionAndNoToken_AreRefused()
        => Assert.Equal(2, Validate(("uploads", Source() with { Functions = [], Token = new SecretConfig() })).Count);

    private static Draft Source() => new();

    private static IReadOnlyList<string> Validate(params (string Name, Draft Source)[] sources) => ConfigValidator.Validate(new DispatcherConfig
    {
        Push = sources.ToDictionary(one => one.Name, one => one.Source.ToConfig()),
    });

    private sealed record Draft
    {
        public string Kind { get; init; } = "S3";

        public List<string> Functions { get; init; } = ["f"];

        public string Principal { get; init; } = "";

        public string SourceArn { get; init; } = "arn:aws:s3:::images";

        public string SourceAccount { get; init; } = "";

        public SecretConfig Token { get; init; } = new() { Value = "t" };

        public PushSourceConfig ToConfig() => new()
        {
            Kind = Kind, Functions = Functions, Principal = Principal, SourceArn = SourceArn, SourceAccount = SourceAccount, Token = Token,
        };
    }
}
