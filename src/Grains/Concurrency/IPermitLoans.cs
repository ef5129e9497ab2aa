namespace Dispatcher.Grains.Concurrency;

/// <summary>Where this silo's permits come from in a cluster: they are lent. Keys are those of
/// <see cref="FunctionLimiter"/> and of <see cref="MappingPermits"/>.</summary>
internal interface IPermitLoans
{
    /// <summary>Somebody waits for permits of a key: asks for more beside the caller.</summary>
    void Want(string key);

    /// <summary>What is set aside of the account's concurrency was changed: all loans are asked for anew.</summary>
    void Changed();

    /// <summary>The number of permits of a key was changed: the loan is asked for anew.</summary>
    void Changed(string key);

    /// <summary>
    /// Asks for more and waits until this silo got some, or until it is known that there are none; returns at once where that
    /// was the last answer and it is new.
    /// </summary>
    ValueTask AskAsync(string key, CancellationToken cancellation);
}
