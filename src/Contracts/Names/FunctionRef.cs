namespace Dispatcher.Contracts.Names;

/// <summary>A function as a caller names it: its name and, where given, a version or alias.</summary>
/// <param name="Name">The bare name, 1..64 of <c>[a-zA-Z0-9-_]</c>.</param>
/// <param name="Qualifier">A version number, an alias or <c>$LATEST</c>; null where the caller gave none.</param>
public readonly record struct FunctionRef(string Name, string? Qualifier = null)
{
    /// <summary>The qualifier of the unpublished version.</summary>
    public const string Latest = "$LATEST";

    /// <summary>True where no qualifier or <c>$LATEST</c> was given.</summary>
    public bool IsLatest => Qualifier is null or Latest;

    /// <summary>True where the qualifier is an alias: neither <c>$LATEST</c> nor digits alone.</summary>
    public bool IsAlias => !IsLatest && !Qualifier!.All(char.IsAsciiDigit);

    /// <summary>The key under which a version's documents are stored: <c>name</c> for <c>$LATEST</c>, else <c>name:version</c>.</summary>
    public string Key => IsLatest ? Name : ToString();

    /// <summary><c>name</c> or <c>name:qualifier</c>.</summary>
    public override string ToString() => Qualifier is null ? Name : $"{Name}:{Qualifier}";

    /// <summary>The ARN of this function in a region and account, with the qualifier where there is one.</summary>
    public string ToArn(string region, string account) => $"arn:aws:lambda:{region}:{account}:function:{this}";

    /// <summary>
    /// Reads every form AWS takes: <c>name</c>, <c>name:qualifier</c>, partial ARN (<c>account:function:name[:qualifier]</c> or
    /// <c>account:name[:qualifier]</c>) and full ARN. Region and account of an ARN are handed back for the caller to check.
    /// </summary>
    public static bool TryParse(string? text, out FunctionRef function, out string? region, out string? account)
    {
        (function, region, account) = (default, null, null);
        var parts = text?.Split(':');
        switch (parts)
        {
            case ["arn", _, "lambda", var r, var a, "function", .. var rest]:
                (region, account) = (r, a);
                return FromTail(rest, out function);
            case [var a, "function", .. var rest]:
                account = a;
                return FromTail(rest, out function);
            case ["function", .. var rest]:
                return FromTail(rest, out function);
            case [{ Length: 12 } a, .. { Length: 1 or 2 } rest] when a.All(char.IsAsciiDigit):
                account = a;
                return FromTail(rest, out function);
            case { Length: 1 or 2 }:
                return FromTail(parts, out function);
            default:
                return false;
        }
    }

    private static bool FromTail(string[] tail, out FunctionRef function)
    {
        function = tail is [var name, ..] ? new FunctionRef(name, tail.Length == 2 ? tail[1] : null) : default;
        return tail.Length is 1 or 2 && IsName(tail[0]) && (tail.Length == 1 || IsQualifier(tail[1]));
    }

    private static bool IsName(string text) => text.Length is > 0 and <= 64 && text.All(IsNameChar);

    private static bool IsQualifier(string text) => text == Latest || (text.Length is > 0 and <= 128 && text.All(IsNameChar));

    private static bool IsNameChar(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '_';
}
