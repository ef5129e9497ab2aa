using System.Text.Json.Nodes;
using Dispatcher.Contracts.Errors;
using Dispatcher.Gateway.Api;

namespace Dispatcher.Gateway.Kinesis;

/// <summary>The API model of Kinesis, loaded at the first call.</summary>
internal sealed class KinesisModel
{
    private readonly Lazy<ApiModel> _model = new(() => ApiModel.Load("kinesis"));

    /// <summary>Whether AWS has such an operation.</summary>
    public bool Knows(string operation) => _model.Value.Operations.ContainsKey(operation);

    /// <summary>Checks an input.</summary>
    /// <exception cref="ServiceException">ValidationException or SerializationException.</exception>
    public void Check(string operation, JsonObject input)
    {
        if (_model.Value.Input(_model.Value.Operations[operation]) is not { } shape)
        {
            return;
        }

        try
        {
            InputValidator.Validate(shape, input);
        }
        catch (InvalidOperationException)
        {
            throw ApiErrors.Serialization("Text is not valid Unicode"); // found only when the text is asked for
        }
    }
}
