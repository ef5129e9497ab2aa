using Dispatcher.Gateway.Api;

namespace Dispatcher.Gateway.Tests.Api;

public sealed class ApiModelTests
{
    [Theory]
    [InlineData("lambda")]
    [InlineData("kinesis")]
    public void Load_EveryOperation_HasReadableInputWithCompilablePatterns(string service)
    {
        var model = ApiModel.Load(service);
        var seen = new HashSet<string>();

        foreach (var operation in model.Operations.Values)
        {
            if (model.Input(operation) is { } input)
            {
                Walk(input, seen);
            }
        }

        Assert.True(model.Operations.Count > 25);
        Assert.True(seen.Count > 60, $"only {seen.Count} shapes");
    }

    [Fact]
    public void Errors_OfLambda_CarryStatusAndTextMember()
    {
        var errors = ApiModel.Load("lambda").Errors;

        Assert.Equal(new ErrorModel(404, "Message"), errors["ResourceNotFoundException"]);
        Assert.Equal(new ErrorModel(400, "message"), errors["InvalidParameterValueException"]);
    }

    private static void Walk(Shape shape, HashSet<string> seen)
    {
        if (!seen.Add(shape.Name))
        {
            return;
        }

        _ = shape.Pattern?.IsMatch("x");
        foreach (var inner in shape.Members.Select(member => member.Shape).Append(shape.Item).Append(shape.Key))
        {
            if (inner is not null)
            {
                Walk(inner, seen);
            }
        }
    }
}
