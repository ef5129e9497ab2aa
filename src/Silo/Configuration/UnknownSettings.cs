using System.Collections;
using System.Reflection;

namespace Dispatcher.Silo.Configuration;

/// <summary>Finds settings that there are not: mistyped ones would otherwise have no effect and nobody would know.</summary>
internal static class UnknownSettings
{
    /// <summary>The full paths (<c>Workers:Idle</c>) of all settings that a configuration has and a class does not.</summary>
    /// <param name="values">What is configured.</param>
    /// <param name="type">The class that it is bound to.</param>
    public static IEnumerable<string> Of(IConfiguration values, Type type)
        => values.GetChildren().SelectMany(child => InnerType(type, child.Key) is { } inner ? Of(child, inner) : [child.Path]);

    /// <summary>What a setting is bound to: a property of a class, in dictionaries and lists any element. Null where there is none.</summary>
    private static Type? InnerType(Type type, string key)
    {
        if (type == typeof(string) || type.IsValueType)
        {
            return null;
        }

        return typeof(IEnumerable).IsAssignableFrom(type)
            ? type.GetGenericArguments()[^1]
            : type.GetProperty(key, BindingFlags.Public | BindingFlags.Instance | BindingFlags.IgnoreCase)?.PropertyType;
    }
}
