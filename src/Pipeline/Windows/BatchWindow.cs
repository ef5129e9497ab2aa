namespace Dispatcher.Pipeline.Windows;

/// <summary>The window that a batch is invoked in.</summary>
/// <param name="Window">The window with the state to hand to the function.</param>
/// <param name="Final">True for the last invocation of the window, which has no records.</param>
internal sealed record BatchWindow(OpenWindow Window, bool Final);
