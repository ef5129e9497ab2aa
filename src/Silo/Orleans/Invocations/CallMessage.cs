using Dispatcher.Contracts.Invocations;
using Dispatcher.Contracts.Names;
using Orleans;

namespace Dispatcher.Silo.Orleans.Invocations;

/// <summary>An <see cref="InvocationRequest"/> on its way to a silo.</summary>
[GenerateSerializer]
[Immutable]
[Alias("dispatcher.call")]
internal sealed class CallMessage
{
    /// <summary>The function's name.</summary>
    [Id(0)]
    public required string Function { get; init; }

    /// <summary>The version or alias; null where the caller named none.</summary>
    [Id(1)]
    public string? Qualifier { get; init; }

    /// <summary>The request id.</summary>
    [Id(2)]
    public Guid RequestId { get; init; }

    /// <summary>The event.</summary>
    [Id(3)]
    public required byte[] Payload { get; init; }

    /// <summary>See <see cref="InvocationRequest.ClientContext"/>.</summary>
    [Id(4)]
    public string? ClientContext { get; init; }

    /// <summary>See <see cref="InvocationRequest.TraceId"/>.</summary>
    [Id(5)]
    public string? TraceId { get; init; }

    /// <summary>See <see cref="InvocationRequest.LogTail"/>.</summary>
    [Id(6)]
    public bool LogTail { get; init; }

    /// <summary>See <see cref="InvocationRequest.WaitForPermit"/>.</summary>
    [Id(7)]
    public bool WaitForPermit { get; init; }

    /// <summary>See <see cref="InvocationRequest.Flow"/>.</summary>
    [Id(8)]
    public string? Flow { get; init; }

    /// <summary>See <see cref="InvocationRequest.HandedOver"/>.</summary>
    [Id(9)]
    public bool HandedOver { get; init; }

    /// <summary>What goes to a silo.</summary>
    public static CallMessage Of(InvocationRequest request) => new()
    {
        Function = request.Function.Name,
        Qualifier = request.Function.Qualifier,
        RequestId = request.RequestId,
        Payload = request.Payload.ToArray(),
        ClientContext = request.ClientContext,
        TraceId = request.TraceId,
        LogTail = request.LogTail,
        WaitForPermit = request.WaitForPermit,
        Flow = request.Flow,
        HandedOver = request.HandedOver,
    };

    /// <summary>What came to a silo.</summary>
    public InvocationRequest ToRequest() => new(new FunctionRef(Function, Qualifier), RequestId, Payload)
    {
        ClientContext = ClientContext,
        TraceId = TraceId,
        LogTail = LogTail,
        WaitForPermit = WaitForPermit,
        Flow = Flow,
        HandedOver = HandedOver,
    };
}
