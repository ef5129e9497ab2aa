namespace Dispatcher.KafkaMock;

/// <summary>A cluster that is driven by lines of text.</summary>
internal interface ICluster : IDisposable
{
    /// <summary>host:port of every broker, comma separated.</summary>
    string Bootstraps { get; }

    /// <summary>Runs one line and returns "ok", "error WHY", or "cannot" where this cluster cannot do it.</summary>
    string Run(string line);
}
