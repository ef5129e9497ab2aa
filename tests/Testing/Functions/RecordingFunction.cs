using System.Globalization;
using Dispatcher.Testing.Aws;

namespace Dispatcher.Testing.Functions;

/// <summary>
/// A Python function that writes down what it gets, before it answers: one line <c>partition-key data</c> per record, in one
/// file per worker, batches between empty lines. So a test sees what was delivered, in which order, and nothing else.
/// </summary>
public sealed class RecordingFunction(string folder)
{
    /// <summary>The folder that it writes to; environment variable SEEN of the function.</summary>
    public string Seen { get; } = Directory.CreateDirectory(Path.Combine(folder, "seen")).FullName;

    /// <summary>Creates it on a server.</summary>
    public async Task CreateAsync(AwsCli aws, string name) => await aws.RunAsync(
        "lambda", "create-function", "--function-name", name, "--runtime", "python3.11", "--handler", "app.handler",
        "--role", "arn:aws:iam::000000000000:role/any", "--environment", $"Variables={{SEEN={Seen}}}", "--timeout", "30",
        "--zip-file", $"fileb://{await WriteAsync()}");

    /// <summary>Writes the archive and returns its path.</summary>
    public Task<string> WriteAsync() => FunctionArchive.WriteAsync(folder, "recording", "app.py", """
        import base64, os

        seen = open(os.path.join(os.environ["SEEN"], str(os.getpid())), "a", buffering=1 << 20)

        def handler(event, context):
            for record in event["Records"]:
                kinesis = record["kinesis"]
                seen.write(kinesis["partitionKey"] + " " + base64.b64decode(kinesis["data"]).decode() + "\n")
            seen.write("\n")
            seen.flush()
        """);

    /// <summary>All batches that were seen so far: in order within a worker.</summary>
    public async Task<IReadOnlyList<IReadOnlyList<(string Key, int Number)>>> BatchesAsync()
    {
        var batches = new List<IReadOnlyList<(string, int)>>();
        foreach (var file in Directory.EnumerateFiles(Seen))
        {
            var batch = new List<(string, int)>();
            foreach (var line in await File.ReadAllLinesAsync(file))
            {
                if (line.Length > 0)
                {
                    var space = line.IndexOf(' ', StringComparison.Ordinal);
                    batch.Add((line[..space], int.Parse(line[(space + 1)..], CultureInfo.InvariantCulture)));
                }
                else
                {
                    batches.Add(batch);
                    batch = [];
                }
            }
        }

        return batches;
    }

    /// <summary>The data of all records that were seen so far, duplicates included, in no certain order.</summary>
    public async Task<IReadOnlyList<string>> TextsAsync()
    {
        var texts = new List<string>();
        foreach (var file in Directory.EnumerateFiles(Seen))
        {
            var lines = await File.ReadAllLinesAsync(file);
            texts.AddRange(lines.Where(line => line.Length > 0).Select(line => line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..]));
        }

        return texts;
    }

    /// <summary>How many records were seen so far, duplicates included.</summary>
    public async Task<int> CountAsync() => (await BatchesAsync()).Sum(batch => batch.Count);
}
