namespace Dispatcher.Gateway.Lambda.Permissions;

/// <summary>IAM's ArnLike: each of the six parts of an ARN by itself, with <c>*</c> and <c>?</c> as wildcards.</summary>
internal static class ArnPattern
{
    private const int Parts = 6;

    /// <summary>Whether an ARN fits a pattern.</summary>
    public static bool Matches(string pattern, string arn)
    {
        var (wanted, given) = (pattern.Split(':', Parts), arn.Split(':', Parts));
        if (wanted.Length != Parts || given.Length != Parts)
        {
            return false;
        }

        for (var i = 0; i < Parts; i++)
        {
            if (!IsLike(wanted[i], given[i]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Goes back to the last star only, so that no pattern takes more than pattern times text steps.</summary>
    private static bool IsLike(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text)
    {
        var (p, t, star, resume) = (0, 0, -1, 0);
        while (t < text.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                (star, resume) = (p++, t);
            }
            else if (p < pattern.Length && (pattern[p] == '?' || pattern[p] == text[t]))
            {
                p++;
                t++;
            }
            else if (star >= 0)
            {
                (p, t) = (star + 1, ++resume);
            }
            else
            {
                return false;
            }
        }

        return pattern[p..].TrimStart('*').IsEmpty;
    }
}
