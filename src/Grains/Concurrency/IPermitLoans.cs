namespace Dispatcher.Grains.Concurrency;

/// <summary>Where this silo's permits come from in a cluster: they are lent. Keys are those of <see cref="PermitDesk"/>.</summary>
internal interface IPermitLoans
{
    /// <summary>Somebody waits for permits of a key: asks for more beside the caller.</summary>
    void Want(string key);

    /// <summary>Asks for more and waits for the answer; returns at once where the last answer is new and was no.</summary>
    ValueTask AskAsync(string key, CancellationToken cancellation);
}
