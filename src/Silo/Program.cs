using Dispatcher.Silo.Cli;

return await CommandLine.RunAsync(args);
