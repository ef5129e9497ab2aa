using Dispatcher.Contracts.Errors;

namespace Dispatcher.Contracts.Configuration;

/// <summary>Reads the text of a configured secret.</summary>
public static class SecretReader
{
    /// <summary>The secret's text; of a file without the newline at its end.</summary>
    /// <param name="name">What errors call it.</param>
    /// <param name="secret">Where it is.</param>
    /// <exception cref="ServiceException">The variable is not set, the file cannot be read, or neither is named.</exception>
    public static string Read(string name, SecretConfig secret)
    {
        if (secret.Value is { } value)
        {
            return value;
        }

        if (secret.Environment is { } variable)
        {
            return Environment.GetEnvironmentVariable(variable)
                ?? throw ServiceException.Invalid($"{name}: the environment variable {variable} is not set.");
        }

        try
        {
            return File.ReadAllText(secret.File ?? throw ServiceException.Invalid($"{name} is empty.")).TrimEnd('\r', '\n');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ServiceException(ServiceErrorKind.InvalidParameterValue, $"{name} cannot be read: {e.Message}", e);
        }
    }
}
