namespace Dispatcher.Silo.Demo;

/// <summary>The demo cannot go on; the text says why.</summary>
internal sealed class DemoException(string message) : Exception(message);
