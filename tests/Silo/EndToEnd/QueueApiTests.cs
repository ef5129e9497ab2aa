using Dispatcher.Testing.Aws;
using Dispatcher.Testing.Server;

namespace Dispatcher.Silo.Tests.EndToEnd;

/// <summary>
/// The SQS API on the real server: the query protocol by the distribution's AWS CLI, which checks every MD5 digest, and the JSON
/// protocol by plain requests.
/// </summary>
public sealed partial class QueueApiTests : IAsyncLifetime
{
    private const string Arn = "arn:aws:sqs:us-east-1:000000000000:";

    private static readonly HttpClient Http = new();

    private ServerProcess _server = null!;
    private AwsCli _aws = null!;

    public async ValueTask InitializeAsync()
    {
        AwsCli.SkipIfMissing();
        _server = await ServerProcess.StartAsync();
        _aws = new AwsCli(_server.Url.ToString());
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }
}
