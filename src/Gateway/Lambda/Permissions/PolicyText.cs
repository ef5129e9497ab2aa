using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dispatcher.Contracts.Functions;

namespace Dispatcher.Gateway.Lambda.Permissions;

/// <summary>Policies as AWS prints them.</summary>
internal static class PolicyText
{
    private static readonly JsonSerializerOptions s_plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A whole policy.</summary>
    public static string Of(PolicyConfig policy) => new JsonObject
    {
        ["Version"] = "2012-10-17",
        ["Id"] = "default",
        ["Statement"] = new JsonArray([.. policy.Statements.Select(one => (JsonNode)Show(one))]),
    }.ToJsonString(s_plain);

    /// <summary>One statement.</summary>
    public static string Of(PolicyStatement statement) => Show(statement).ToJsonString(s_plain);

    private static JsonObject Show(PolicyStatement statement)
    {
        var shown = new JsonObject
        {
            ["Sid"] = statement.Sid,
            ["Effect"] = "Allow",
            ["Principal"] = Principal(statement.Principal),
            ["Action"] = statement.Action,
            ["Resource"] = statement.Resource,
        };
        var conditions = Conditions(statement);
        if (conditions.Count > 0)
        {
            shown["Condition"] = conditions;
        }

        return shown;
    }

    private static JsonNode Principal(string principal) => PolicyPrincipal.KindOf(principal) switch
    {
        PolicyPrincipal.Service => new JsonObject { ["Service"] = principal },
        PolicyPrincipal.Account => new JsonObject { ["AWS"] = PolicyPrincipal.RootOf(PolicyPrincipal.AccountOf(principal)!) },
        PolicyPrincipal.Arn => new JsonObject { ["AWS"] = principal },
        _ => JsonValue.Create(principal),
    };

    private static JsonObject Conditions(PolicyStatement statement)
    {
        var texts = new JsonObject();
        Add(texts, "lambda:FunctionUrlAuthType", statement.FunctionUrlAuthType);
        Add(texts, "aws:PrincipalOrgID", statement.PrincipalOrgId);
        Add(texts, "AWS:SourceAccount", statement.SourceAccount);
        Add(texts, "lambda:EventSourceToken", statement.EventSourceToken);
        var conditions = new JsonObject();
        if (texts.Count > 0)
        {
            conditions["StringEquals"] = texts;
        }

        if (statement.InvokedViaFunctionUrl is { } url)
        {
            conditions["Bool"] = new JsonObject { ["lambda:InvokedViaFunctionUrl"] = url ? "true" : "false" };
        }

        if (statement.SourceArn is { } source)
        {
            conditions["ArnLike"] = new JsonObject { ["AWS:SourceArn"] = source };
        }

        return conditions;
    }

    private static void Add(JsonObject to, string name, string? value)
    {
        if (value is not null)
        {
            to[name] = value;
        }
    }
}
