using Dispatcher.Contracts.Configuration;

namespace Dispatcher.Silo.Hosting;

/// <summary>What the server says when it is ready.</summary>
internal static class Welcome
{
    /// <summary>The beginning of the line that tells that the server is ready; the address follows.</summary>
    public const string ReadyPrefix = "Dispatcher is ready on ";

    /// <summary>Prints the ready line and the lines to try next: those of the AWS CLI where the API is served.</summary>
    public static void Print(TextWriter to, DispatcherConfig config, string address)
    {
        to.WriteLine($"{ReadyPrefix}{address} (region {config.Region}, account {config.Account}, data in {config.Data})");
        if (config.Cluster is { Enabled: true, Role: "silo" })
        {
            to.WriteLine($"This silo serves {address}/metrics and {address}/health/ready; the API is on the gateways.");
        }
        else
        {
            PrintCalls(to, config, address);
        }

        to.Flush();
    }

    private static void PrintCalls(TextWriter to, DispatcherConfig config, string address)
    {
        var (key, secret) = config.AccessKeys.Count == 0 ? ("x", "x") : (config.AccessKeys.Keys.First(), "…");
        var token = config.AdminToken is null ? "" : "-H 'Authorization: Bearer …' ";
        var stream = $"arn:aws:kinesis:{config.Region}:{config.Account}:stream/orders";
        to.WriteLine($"""

            Try, in another terminal:
              export AWS_ENDPOINT_URL={address} AWS_ACCESS_KEY_ID={key} AWS_SECRET_ACCESS_KEY={secret} AWS_DEFAULT_REGION={config.Region}
              alias awsd="aws --endpoint-url {address}"
              printf 'def handler(event, context):\n    print(event)\n' > app.py && python3 -m zipfile -c app.zip app.py
              awsd lambda create-function --function-name hello --runtime python3.11 --handler app.handler \
                  --role arn:aws:iam::{config.Account}:role/any --zip-file fileb://app.zip
              awsd kinesis create-stream --stream-name orders --shard-count 2
              awsd lambda create-event-source-mapping --function-name hello --event-source-arn {stream} --starting-position TRIM_HORIZON
              awsd kinesis put-record --stream-name orders --partition-key k1 --cli-binary-format raw-in-base64-out --data '{"{"}"id":1{"}"}'
              ./dispatcher status --url {address}
              curl {token}{address}/metrics
            """);
    }
}
