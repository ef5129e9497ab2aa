using Dispatcher.Contracts.Functions;
using Dispatcher.Contracts.Invocations;
using Dispatcher.Contracts.Names;
using Dispatcher.Gateway.Lambda.Permissions;

namespace Dispatcher.Gateway.Tests.Permissions;

public sealed class PolicyCheckTests
{
    private const string Resource = "arn:aws:lambda:us-east-1:000000000000:function:f";
    private const string Bucket = "arn:aws:s3:::bucket";

    private static readonly PolicyStatement Statement = new()
    {
        Sid = "s", Action = "lambda:InvokeFunction", Principal = "s3.amazonaws.com", Resource = Resource,
    };

    private static readonly PolicyQuestion FromS3 =
        new(new FunctionRef("f"), "lambda:InvokeFunction") { Service = "s3.amazonaws.com", SourceArn = Bucket, SourceAccount = "111122223333" };

    private static readonly PolicyQuestion FromBob =
        new(new FunctionRef("f"), "lambda:InvokeFunction") { Account = "111122223333", PrincipalArn = "arn:aws:iam::111122223333:user/bob" };

    [Theory]
    [InlineData("lambda:InvokeFunction", true)]
    [InlineData("lambda:invokefunction", true)]
    [InlineData("lambda:*", true)]
    [InlineData("*", true)]
    [InlineData("lambda:GetFunction", false)]
    [InlineData("lambda:Invoke", false)]
    public void Allows_Action_MustBeTheOne(string action, bool allowed)
        => Assert.Equal(allowed, Allows(Statement with { Action = action }, FromS3));

    [Theory]
    [InlineData("*", true, true)]
    [InlineData("s3.amazonaws.com", true, false)]
    [InlineData("sns.amazonaws.com", false, false)]
    [InlineData("111122223333", false, true)]
    [InlineData("arn:aws:iam::111122223333:root", false, true)]
    [InlineData("arn:aws:iam::111122223333:user/bob", false, true)]
    [InlineData("arn:aws:iam::111122223333:user/*", false, false)]
    [InlineData("arn:aws:iam::111122223333:user/bobby", false, false)]
    [InlineData("444455556666", false, false)]
    public void Allows_Principal_MustBeTheOne(string principal, bool s3, bool bob)
    {
        Assert.Equal(s3, Allows(Statement with { Principal = principal }, FromS3));
        Assert.Equal(bob, Allows(Statement with { Principal = principal }, FromBob));
    }

    [Fact]
    public void Allows_AccountOfAService_IsNotThatAccount()
        => Assert.False(Allows(Statement with { Principal = "111122223333" }, FromS3 with { Account = "111122223333" }));

    [Theory]
    [InlineData("arn:aws:s3:::bucket", true)]
    [InlineData("arn:aws:s3:::buck*", true)]
    [InlineData("arn:aws:s3:::b?cket", true)]
    [InlineData("arn:*:s3:*:*:*", true)]
    [InlineData("arn:aws:s3:::bucket*?", false)]
    [InlineData("arn:aws:s3:::other", false)]
    [InlineData("arn:aws:s3:*", false)]
    [InlineData("*", false)]
    public void Allows_SourceArn_IsComparedPartByPart(string pattern, bool allowed)
        => Assert.Equal(allowed, Allows(Statement with { SourceArn = pattern }, FromS3));

    [Fact]
    public void Allows_EveryCondition_MustFitAndUnknownDoesNot()
    {
        Assert.True(Allows(Statement with { SourceArn = Bucket, SourceAccount = "111122223333" }, FromS3));
        Assert.False(Allows(Statement with { SourceArn = Bucket, SourceAccount = "444455556666" }, FromS3));
        Assert.False(Allows(Statement with { SourceArn = Bucket }, FromS3 with { SourceArn = null }));
        Assert.False(Allows(Statement with { EventSourceToken = "t" }, FromS3));
        Assert.True(Allows(Statement with { EventSourceToken = "t" }, FromS3 with { EventSourceToken = "t" }));
        Assert.False(Allows(Statement with { PrincipalOrgId = "o-abcdefghij" }, FromS3));
        Assert.False(Allows(Statement with { FunctionUrlAuthType = "NONE" }, FromS3));
        Assert.True(Allows(Statement with { FunctionUrlAuthType = "NONE", InvokedViaFunctionUrl = true }, FromS3 with { FunctionUrlAuthType = "NONE" }));
        Assert.False(Allows(Statement with { InvokedViaFunctionUrl = true }, FromS3));
    }

    [Fact]
    public void Allows_OtherResourceOrNoStatement_IsFalse()
    {
        Assert.False(Allows(Statement with { Resource = Resource + ":live" }, FromS3));
        Assert.False(PolicyCheck.Allows([], FromS3, Resource));
        Assert.True(PolicyCheck.Allows([Statement with { Principal = "sns.amazonaws.com" }, Statement], FromS3, Resource));
    }

    [Fact]
    public void Matches_ManyStars_EndsAtOnce()
        => Assert.False(ArnPattern.Matches($"arn:aws:s3:::{string.Concat(Enumerable.Repeat("*a", 2_000))}b", $"arn:aws:s3:::{new string('a', 5_000)}"));

    private static bool Allows(PolicyStatement statement, PolicyQuestion question) => PolicyCheck.Allows([statement], question, Resource);
}
