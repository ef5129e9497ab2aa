using Dispatcher.Contracts.Invocations;

namespace Dispatcher.Grains.Functions;

/// <summary>A version of a function and what runs it.</summary>
internal sealed record FoundFunction(FunctionPlan Plan, IFunctionRuntime Runtime);
