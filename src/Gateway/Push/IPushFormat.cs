using Microsoft.AspNetCore.Http;

namespace Dispatcher.Gateway.Push;

/// <summary>One way to write events into a request.</summary>
internal interface IPushFormat
{
    /// <summary>Its name in the configuration.</summary>
    string Kind { get; }

    /// <summary>The principal that its sources have at AWS.</summary>
    string Principal { get; }

    /// <summary>Reads the events of a request; none where it only tries whether somebody is there.</summary>
    /// <exception cref="Contracts.Errors.ServiceException">It cannot be read; not a part of it counts.</exception>
    IReadOnlyList<PushEvent> Read(IHeaderDictionary headers, ReadOnlyMemory<byte> body);
}
