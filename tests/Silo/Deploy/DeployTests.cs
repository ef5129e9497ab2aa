using System.Diagnostics;
using System.Text.Json;
using Dispatcher.Silo.Cli;
using Dispatcher.Silo.Configuration;
using Dispatcher.Testing;

namespace Dispatcher.Silo.Tests.Deploy;

/// <summary>The files of deploy/ fit together and start the program as it is; no cluster is needed for that.</summary>
public sealed class DeployTests
{
    private const string Python = "/usr/bin/python3";

    private static readonly string Root = FindRoot();

    [Fact]
    public async Task Deploy_EveryStart_HasSettingsThatTheProgramTakes()
    {
        using var starts = JsonDocument.Parse(await CheckAsync(Path.Combine(Root, "deploy"), problems: false));

        Assert.Equal(["compose silo-1", "compose silo-2", "dev", "prod", "prod dispatcher-gateway", "remote-workers"], starts.RootElement.EnumerateObject().Select(s => s.Name).Order(StringComparer.Ordinal));
        foreach (var start in starts.RootElement.EnumerateObject())
        {
            string[] arguments = [.. start.Value.GetProperty("args").EnumerateArray().Select(a => a.GetString()!)];
            Assert.Empty(CommandLine.Create().Parse(arguments).Errors);
            var settings = start.Value.GetProperty("env").EnumerateObject().ToDictionary(Setting, e => e.Value.GetString());
            settings["Cluster:Enabled"] = "true";
            Assert.Empty(ConfigReader.Read(null, settings).Errors);
        }
    }

    [Theory]
    [InlineData("k8s/base/service.yaml", "targetPort: http", "targetPort: api", "Service dispatcher: no pod has a port api")]
    [InlineData("k8s/base/statefulset.yaml", "containerPort: 9000", "containerPort: 9001", "ports")]
    [InlineData("k8s/base/statefulset.yaml", "path: /health/ready", "path: /ready", "readinessProbe does not ask /health/ready")]
    [InlineData("k8s/base/statefulset.yaml", "readOnlyRootFilesystem: true", "readOnlyRootFilesystem: false", "may more than it needs")]
    [InlineData("k8s/base/statefulset.yaml", "name: dispatcher-postgres, key", "name: postgres, key", "secret postgres is not there")]
    [InlineData("k8s/overlays/prod/kustomization.yaml", "- network.yaml", "- networks.yaml", "networks.yaml does not exist")]
    [InlineData("k8s/overlays/prod/autoscaling.yaml", "kind: StatefulSet", "kind: Deployment", "which is not there")]
    [InlineData("k8s/overlays/remote-workers/silo.yaml", "containerPort: 9001", "containerPort: 9002", "are not the program's")]
    [InlineData("k8s/overlays/remote-workers/service.yaml", "targetPort: workers", "targetPort: work", "no pod has a port work")]
    [InlineData("k8s/overlays/remote-workers/function.yaml", "name: worker-proxy", "name: proxy", "ConfigMap proxy is not there")]
    [InlineData("k8s/overlays/remote-workers/function.yaml", "secretKeyRef: { name: resize-worker", "secretKeyRef: { name: worker", "secret worker is not there")]
    [InlineData("compose.yaml", "services:", "services: [", "compose.yaml: ")]
    [InlineData("Dockerfile", "USER 1654:1654", "USER root", "does not run as the image's user")]
    public async Task Check_SomethingIsWrong_SaysWhat(string file, string right, string wrong, string problem)
    {
        using var folder = new TempFolder();
        var deploy = Path.Combine(folder.Path, "deploy");
        Copy(Path.Combine(Root, "deploy"), deploy);
        var path = Path.Combine(deploy, file);
        var text = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
        Assert.Contains(right, text, StringComparison.Ordinal);
        await File.WriteAllTextAsync(path, text.Replace(right, wrong, StringComparison.Ordinal), TestContext.Current.CancellationToken);

        Assert.Contains(problem, await CheckAsync(deploy, problems: true), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("dev")]
    [InlineData("prod")]
    [InlineData("remote-workers")]
    public async Task Overlay_Kustomize_Renders(string overlay)
    {
        Assert.SkipUnless(Installed("kubectl"), "kubectl is not installed, so the overlays are not rendered here");

        var (exit, rendered) = await RunAsync("kubectl", "kustomize", Path.Combine(Root, "deploy", "k8s", "overlays", overlay));

        Assert.True(exit == 0, rendered);
        Assert.Contains("kind: StatefulSet", rendered, StringComparison.Ordinal);

        var (valid, kinds) = await SchemaAsync(rendered);
        Assert.True(valid == 0, kinds);
        Assert.Contains("StatefulSet", kinds, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("containerPort: 9000", "containerPort: http", "containerPort must be integer")]
    [InlineData("\n  template:", "\n  pods:", "StatefulSet dispatcher: ")]
    public async Task Schema_SomethingIsWrong_SaysWhat(string right, string wrong, string problem)
    {
        var text = await File.ReadAllTextAsync(Path.Combine(Root, "deploy", "k8s", "base", "statefulset.yaml"), TestContext.Current.CancellationToken);

        var (exit, output) = await SchemaAsync(text.Replace(right, wrong, StringComparison.Ordinal));

        Assert.Equal(1, exit);
        Assert.Contains(problem, output, StringComparison.Ordinal);
    }

    /// <summary>Checks manifests against the Kubernetes API's schemas.</summary>
    private static async Task<(int Exit, string Output)> SchemaAsync(string yaml)
    {
        var clients = Path.Combine(Root, "tests", "Clients");
        Assert.SkipUnless(Directory.Exists(Path.Combine(clients, "node_modules", "kubernetes-models")), "npm has no kubernetes-models here, so manifests are not checked against schemas");
        using var folder = new TempFolder();
        var file = Path.Combine(folder.Path, "all.yaml");
        await File.WriteAllTextAsync(file, yaml, TestContext.Current.CancellationToken);
        var json = "import json,sys,yaml; print(json.dumps([d for d in yaml.safe_load_all(open(sys.argv[1])) if d]))";
        return await RunAsync("/bin/sh", "-c", "/usr/bin/python3 -c \"$0\" \"$1\" | node \"$2\"", json, file, Path.Combine(clients, "kubernetes.mjs"));
    }

    private static string Setting(JsonProperty variable)
    {
        Assert.StartsWith(ConfigReader.EnvironmentPrefix, variable.Name, StringComparison.Ordinal);
        return variable.Name[ConfigReader.EnvironmentPrefix.Length..].Replace("__", ":", StringComparison.Ordinal);
    }

    private static async Task<string> CheckAsync(string folder, bool problems)
    {
        Assert.SkipUnless(File.Exists(Python), "Python is not installed (Debian: apt-get install python3)");
        var yaml = await RunAsync(Python, "-c", "import yaml");
        Assert.SkipWhen(yaml.Exit != 0, "Python has no YAML parser (Debian: apt-get install python3-yaml)");
        var (exit, output) = await RunAsync(Python, Path.Combine(Root, "eng", "check-deploy"), folder);
        Assert.True(exit == (problems ? 1 : 0), output);
        return output;
    }

    private static async Task<(int Exit, string Output)> RunAsync(string program, params string[] arguments)
    {
        var info = new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(info)!;
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output + await errors);
    }

    private static bool Installed(string program)
        => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, program)));

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Dispatcher.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("the tests do not run from the repository");
    }
}
