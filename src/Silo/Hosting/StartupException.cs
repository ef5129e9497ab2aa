namespace Dispatcher.Silo.Hosting;

/// <summary>The server cannot start; the text tells the operator why, in one line.</summary>
internal sealed class StartupException(string message, Exception? inner = null) : Exception(message, inner);
