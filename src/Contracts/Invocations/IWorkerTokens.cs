using Dispatcher.Contracts.Functions;

namespace Dispatcher.Contracts.Invocations;

/// <summary>The tokens with which remote workers fetch the events of a function.</summary>
public interface IWorkerTokens
{
    /// <summary>The token of a function version; always the same as long as the key is.</summary>
    /// <exception cref="Errors.ServiceException">The version is not run by remote workers, or there are none here.</exception>
    string TokenOf(FunctionConfig function);
}
