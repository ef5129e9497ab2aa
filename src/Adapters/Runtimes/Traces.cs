namespace Dispatcher.Adapters.Runtimes;

/// <summary>X-Ray trace headers.</summary>
internal static class Traces
{
    /// <summary>The caller's trace header, or a new one that is not sampled.</summary>
    public static string HeaderFor(string? given, Guid request, DateTimeOffset now)
    {
        if (given is not null)
        {
            return given;
        }

        var id = request.ToString("N");
        return $"Root=1-{now.ToUnixTimeSeconds():x8}-{id[..24]};Parent={id[16..]};Sampled=0";
    }
}
