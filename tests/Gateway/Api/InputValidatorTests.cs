using System.Text.Json.Nodes;
using Dispatcher.Contracts.Errors;
using Dispatcher.Gateway.Api;

namespace Dispatcher.Gateway.Tests.Api;

public sealed class InputValidatorTests
{
    private const string Role = "arn:aws:iam::000000000000:role/r";
    private static readonly ApiModel Model = ApiModel.Load("lambda");

    [Fact]
    public void Validate_GoodInput_Passes()
        => InputValidator.Validate(ShapeOf("CreateFunction"), Create("""{"Timeout":900,"Tags":{"a":""},"Nobody":[1]}"""));

    [Theory]
    [InlineData("""{"Role":"x"}""", "1 validation error detected: Value 'x' at 'role' failed to satisfy constraint: Member must satisfy regular expression pattern: arn:(aws[a-zA-Z-]*)?:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+")]
    [InlineData("""{"Role":null}""", "1 validation error detected: Value null at 'role' failed to satisfy constraint: Member must not be null")]
    [InlineData("""{"Timeout":0}""", "1 validation error detected: Value '0' at 'timeout' failed to satisfy constraint: Member must have value greater than or equal to 1")]
    [InlineData("""{"Timeout":901}""", "1 validation error detected: Value '901' at 'timeout' failed to satisfy constraint: Member must have value less than or equal to 900")]
    [InlineData("""{"PackageType":"Jar"}""", "1 validation error detected: Value 'Jar' at 'packageType' failed to satisfy constraint: Member must satisfy enum value set: [Zip, Image]")]
    [InlineData("""{"FunctionName":"x y","Timeout":-1}""", "2 validation errors detected: Value 'x y' at 'functionName' failed to satisfy constraint: Member must satisfy regular expression pattern: ")]
    [InlineData("""{"Architectures":["riscv"]}""", "Value '[riscv]' at 'architectures' failed to satisfy constraint: Member must satisfy constraint: [Member must satisfy enum value set: [x86_64, arm64], Member must not be null]")]
    [InlineData("""{"Architectures":[]}""", "Value '[]' at 'architectures' failed to satisfy constraint: Member must have length greater than or equal to 1")]
    [InlineData("""{"FileSystemConfigs":[{"Arn":"x"}]}""", "Value null at 'fileSystemConfigs.1.member.localMountPath' failed to satisfy constraint: Member must not be null")]
    [InlineData("""{"Tags":{"":"v"}}""", "Value '{=v}' at 'tags' failed to satisfy constraint: Map keys must satisfy constraint: [Member must have length less than or equal to 128, ")]
    [InlineData("""{"Environment":{"Variables":{"1":"secret"}}}""", "Value at 'environment.variables' failed to satisfy constraint: Map keys must satisfy constraint: ")]
    [InlineData("""{"EphemeralStorage":{}}""", "Value null at 'ephemeralStorage.size' failed to satisfy constraint: Member must not be null")]
    public void Validate_BrokenConstraint_SaysSoInAwsWords(string change, string text)
    {
        var error = Assert.Throws<ServiceException>(() => InputValidator.Validate(ShapeOf("CreateFunction"), Create(change)));

        Assert.Equal(ServiceErrorKind.Validation, error.Kind);
        Assert.Null(error.TypeName);
        Assert.Contains(text.Replace(@"\\", @"\"), error.Message);
        Assert.DoesNotContain("secret", error.Message);
    }

    [Theory]
    [InlineData("""{"Timeout":"x"}""", "STRING_VALUE can not be converted to an Integer")]
    [InlineData("""{"Timeout":1.5}""", "NUMBER_VALUE can not be converted to an Integer")]
    [InlineData("""{"Timeout":1e99}""", "NUMBER_VALUE can not be converted to an Integer")]
    [InlineData("""{"Timeout":99999999999999999999999999999}""", "NUMBER_VALUE can not be converted to an Integer")]
    [InlineData("""{"Role":5}""", "NUMBER_VALUE can not be converted to a String")]
    [InlineData("""{"Role":true}""", "TRUE_VALUE can not be converted to a String")]
    [InlineData("""{"Role":{}}""", "Start of structure or map found where not expected.")]
    [InlineData("""{"Role":[]}""", "Start of list found where not expected")]
    [InlineData("""{"Publish":"yes"}""", "STRING_VALUE can not be converted to a Boolean")]
    [InlineData("""{"Tags":[]}""", "Start of list found where not expected")]
    [InlineData("""{"Tags":7}""", "Unexpected field type")]
    [InlineData("""{"Tags":{"a":7}}""", "NUMBER_VALUE can not be converted to a String")]
    public void Validate_WrongType_IsSerializationException(string change, string text)
    {
        var error = Assert.Throws<ServiceException>(() => InputValidator.Validate(ShapeOf("CreateFunction"), Create(change)));

        Assert.Equal("SerializationException", error.TypeName);
        Assert.Equal(text, error.Message);
    }

    private static Shape ShapeOf(string operation) => Model.Input(Model.Operations[operation])!;

    private static JsonObject Create(string change)
    {
        var input = BodyJson.Read(System.Text.Encoding.UTF8.GetBytes($$"""{"FunctionName":"f","Role":"{{Role}}","Code":{} }"""));
        foreach (var (name, value) in BodyJson.Read(System.Text.Encoding.UTF8.GetBytes(change)))
        {
            input[name] = value?.DeepClone();
        }

        return input;
    }
}
