namespace Dispatcher.Contracts.Grains;

/// <summary>Tells every silo that a document changed, so that what was compiled from it is made anew.</summary>
public interface IChangeNotices
{
    /// <summary>A function's code, configuration or versions changed, or it was deleted.</summary>
    ValueTask FunctionChangedAsync(string name, CancellationToken cancellation);

    /// <summary>Calls <paramref name="handler"/> with the name of every function that changes, until disposed.</summary>
    IDisposable OnFunctionChanged(Action<string> handler);
}
