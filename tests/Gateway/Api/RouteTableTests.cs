using Dispatcher.Gateway.Api;

namespace Dispatcher.Gateway.Tests.Api;

public sealed class RouteTableTests
{
    private const string Arn = "arn:aws:lambda:us-east-1:000000000000:function:f";
    private static readonly RouteTable Routes = new(ApiModel.Load("lambda"));

    [Theory]
    [InlineData("POST", "/2015-03-31/functions", "CreateFunction")]
    [InlineData("POST", "/2015-03-31/functions/", "CreateFunction")]
    [InlineData("GET", "/2015-03-31/functions/?MaxItems=3", "ListFunctions")]
    [InlineData("GET", "/2015-03-31/functions/f/configuration", "GetFunctionConfiguration")]
    [InlineData("POST", "/2015-03-31/functions/f/invocations?Qualifier=1", "Invoke")]
    [InlineData("GET", "/2018-10-31/layers", "ListLayers")]
    [InlineData("GET", "/2018-10-31/layers?find=LayerVersion&Arn=x", "GetLayerVersionByArn")]
    [InlineData("GET", "/2019-09-30/functions/f/provisioned-concurrency?List=ALL", "ListProvisionedConcurrencyConfigs")]
    [InlineData("GET", "http://host:1/2015-03-31/functions", "ListFunctions")]
    public void Find_KnownTarget_NamesOperation(string method, string target, string operation)
        => Assert.Equal(operation, Routes.Find(method, target)?.Operation.Name);

    [Theory]
    [InlineData("GET", "/")]
    [InlineData("GET", "/nothing")]
    [InlineData("PATCH", "/2015-03-31/functions")]
    [InlineData("GET", "/2015-03-31/functions/f/whatever")]
    [InlineData("GET", "/2015-03-31/functions/f/whatever/else")]
    [InlineData("OPTIONS", "*")]
    [InlineData("GET", "")]
    public void Find_UnknownTarget_IsNull(string method, string target) => Assert.Null(Routes.Find(method, target));

    [Theory]
    [InlineData(Arn)]
    [InlineData("arn%3Aaws%3Alambda%3Aus-east-1%3A000000000000%3Afunction%3Af")]
    public void Find_ArnInLabel_IsDecoded(string label)
    {
        Assert.Equal(Arn, Routes.Find("POST", $"/2015-03-31/functions/{label}/invocations")?.Labels["FunctionName"]);
        Assert.Equal(Arn, Routes.Find("GET", $"/2017-03-31/tags/{label}")?.Labels["Resource"]);
    }

    [Theory]
    [InlineData("arn:aws:mq:us-east-1:000000000000:broker/a/b")]
    [InlineData("arn%3Aaws%3Amq%3Aus-east-1%3A000000000000%3Abroker%2Fa%2Fb")]
    public void Find_SlashesInArnLabel_BelongToTheLabel(string label)
        => Assert.Equal(
            "arn:aws:mq:us-east-1:000000000000:broker/a/b",
            Routes.Find("GET", $"/2017-03-31/tags/{label}")?.Labels["Resource"]);
}
