using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Functions;
using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Store;

namespace Dispatcher.Gateway.Lambda.Mappings;

/// <summary>Finds the function that a request names.</summary>
internal sealed class MappingFunctions(Catalog catalog, DispatcherConfig settings)
{
    /// <summary>The ARN, with the qualifier where one was given, of a function that exists.</summary>
    /// <exception cref="Contracts.Errors.ServiceException">The text names none (InvalidParameterValue, NotFound).</exception>
    public async ValueTask<string> FindAsync(string text, CancellationToken cancellation)
    {
        var function = FunctionNames.Parse(text, settings.Region, settings.Account);
        var exists = function.IsAlias
            ? await catalog.Aliases.FindAsync(AliasConfig.Key(function.Name, function.Qualifier!), cancellation) is not null
            : await catalog.Functions.FindAsync(function.Key, cancellation) is not null;
        return !exists
            ? throw FunctionNames.NotFound(function, settings.Region, settings.Account)
            : function.ToArn(settings.Region, settings.Account);
    }

    /// <summary>The ARN that a request names, whether there is such a function or not.</summary>
    public string ArnOf(string text)
        => FunctionNames.Parse(text, settings.Region, settings.Account).ToArn(settings.Region, settings.Account);
}
