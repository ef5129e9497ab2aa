using Dispatcher.Contracts.Invocations;

namespace Dispatcher.Adapters.InProcess;

/// <summary>A function of this process and the name that <c>in-process://NAME</c> calls it by.</summary>
/// <param name="Name">The name, without case.</param>
/// <param name="Handler">The function.</param>
public sealed record InProcessFunction(string Name, IFunctionHandler Handler);
