namespace Dispatcher.Contracts.Configuration;

/// <summary>Port to secrets.</summary>
public interface ISecrets
{
    /// <summary>The secret's text.</summary>
    /// <param name="arn"><c>arn:aws:secretsmanager:…:secret:NAME</c>; AWS's six random characters after the name are ignored.</param>
    /// <param name="cancellation">Stops the reading.</param>
    /// <exception cref="Errors.ServiceException">There is no such secret, or it cannot be read.</exception>
    ValueTask<string> ReadAsync(string arn, CancellationToken cancellation);
}
