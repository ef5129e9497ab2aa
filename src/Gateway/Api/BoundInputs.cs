using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;

namespace Dispatcher.Gateway.Api;

/// <summary>
/// Inputs of the operations that invoke functions, whose body is a payload: bound and checked once for each request target: what is called
/// again and again is not read again. Calls with free text in a header are left out. The inputs are shared: nobody changes them.
/// </summary>
internal sealed class BoundInputs
{
    /// <summary>Inputs that are kept: more than a server has functions that are called often; all go when it is full.</summary>
    private const int Most = 1_024;

    /// <summary>Characters of a target that is kept: an ARN with its qualifier and the path around it.</summary>
    private const int LongestTarget = 512;

    private static readonly string[] Operations = ["Invoke", "InvokeWithResponseStream", "InvokeAsync"];

    private readonly ConcurrentDictionary<Key, BoundInput> _known = new();
    private readonly string[] _choices;
    private readonly string[] _texts;

    public BoundInputs(ApiModel model)
    {
        var headers = Operations.Select(name => model.Input(model.Operations[name])!)
            .SelectMany(shape => shape.Members).Where(member => member.Location == MemberLocation.Header).ToList();
        _choices = [.. headers.Where(member => member.Shape.Values.Length > 0).Select(member => member.WireName).Distinct()];
        _texts = [.. headers.Where(member => member.Shape.Values.Length == 0).Select(member => member.WireName).Distinct()];
    }

    /// <summary>Whether inputs of an operation are kept.</summary>
    public static bool Keeps(OperationModel operation) => Array.IndexOf(Operations, operation.Name) >= 0;

    /// <summary>The input of a call like this one; null where none is known.</summary>
    public BoundInput? Find(HttpRequest request, string target)
        => KeyOf(request, target) is { } key && _known.TryGetValue(key, out var found) ? found : null;

    /// <summary>Keeps an input that was checked.</summary>
    public void Keep(HttpRequest request, string target, BoundInput input)
    {
        if (KeyOf(request, target) is not { } key)
        {
            return;
        }

        if (_known.Count >= Most)
        {
            _known.Clear();
        }

        _known.TryAdd(key, input);
    }

    private Key? KeyOf(HttpRequest request, string target)
    {
        var headers = request.Headers;
        if (target.Length > LongestTarget || Array.Exists(_texts, headers.ContainsKey))
        {
            return null;
        }

        var (which, choices) = (0, (string?)null);
        for (var i = 0; i < _choices.Length; i++)
        {
            if (headers.TryGetValue(_choices[i], out var value))
            {
                which |= 1 << i;
                choices = choices is null ? value.ToString() : $"{choices}\n{value}";
            }
        }

        return new Key(request.Method, target, which, choices);
    }

    /// <param name="Method">GET, POST.</param>
    /// <param name="Target">Path and query as they came.</param>
    /// <param name="Which">A bit for each header of a choice that was given.</param>
    /// <param name="Choices">Their values, a line each; a header's value has no line break.</param>
    private readonly record struct Key(string Method, string Target, int Which, string? Choices);
}
