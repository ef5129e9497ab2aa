using Dispatcher.Testing.Aws;
using Dispatcher.Testing.Functions;

namespace Dispatcher.Silo.Tests.EndToEnd;

/// <summary>
/// A function for queues that writes <c>body receive-count</c> of each message into one file. Bodies tell it what to do:
/// <c>bad…</c> fails (the message alone with partial answers, else the invocation), <c>slow…</c> takes 8 s.
/// </summary>
internal sealed class QueueFunction(string folder)
{
    private readonly string _seen = Path.Combine(folder, "messages");

    public async Task CreateAsync(AwsCli aws, string name, int timeout = 3) => await aws.RunAsync(
        "lambda", "create-function", "--function-name", name, "--runtime", "python3.11", "--handler", "app.handler",
        "--role", "arn:aws:iam::000000000000:role/any", "--environment", $"Variables={{SEEN={_seen}}}", "--timeout", $"{timeout}",
        "--zip-file", $"fileb://{await FunctionArchive.WriteAsync(folder, "queue", "app.py", Code)}");

    /// <summary>Lines so far, in the order in which they were written.</summary>
    public async Task<string[]> LinesAsync() => File.Exists(_seen) ? await File.ReadAllLinesAsync(_seen) : [];

    private const string Code = """
        import os, time

        def handler(event, context):
            failed = []
            for record in event["Records"]:
                assert record["eventSource"] == "aws:sqs"
                body = record["body"]
                line = body + " " + record["attributes"]["ApproximateReceiveCount"] + "\n"
                with open(os.environ["SEEN"], "a") as seen:
                    seen.write(line)
                if body.startswith("slow"):
                    time.sleep(8)
                if body.startswith("bad"):
                    failed.append({"itemIdentifier": record["messageId"]})
                if body.startswith("badly"):
                    raise Exception("badly")
            return {"batchItemFailures": failed}
        """;
}
