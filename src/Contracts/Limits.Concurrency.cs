namespace Dispatcher.Contracts;

// Limits of concurrency and the permits for it.
public static partial class Limits
{
    /// <summary>Concurrent invocations of the account (Lambda quota: 1,000 by default).</summary>
    public const int AccountConcurrency = 1_000;

    /// <summary>Concurrent invocations that reservations leave to functions without one (Lambda quota: 100).</summary>
    public const int MinimumUnreservedConcurrency = 100;

    /// <summary>
    /// Milliseconds after sending its last report for which a silo begins invocations with the permits that were lent to it.
    /// Longer than a lender needs to go on elsewhere when its silo is lost.
    /// </summary>
    public const int PermitUseMs = 15_000;

    /// <summary>
    /// Milliseconds after a silo's last report after which a lender knows that it begins nothing any more: what a silo may use
    /// them, and room for clocks that run differently and for a begin that takes a while.
    /// </summary>
    public const int PermitLoanMs = PermitUseMs + 2_000;

    /// <summary>Milliseconds that a lender lends without making sure that no other one has taken over.</summary>
    public const int PermitConfirmMs = 4_000;

    /// <summary>Milliseconds between two reports of a silo that has permits; idle ones come back with them.</summary>
    public const int PermitRenewMs = 500;

    /// <summary>Milliseconds between two reports of a silo on which somebody waits.</summary>
    public const int PermitUrgentMs = 100;

    /// <summary>Milliseconds without an invocation after which a silo gives back what it has.</summary>
    public const int PermitIdleMs = 10_000;

    /// <summary>Milliseconds that a lender may take to answer a report: a store under load needs a second, and the next report needs the place.</summary>
    public const int PermitAnswerMs = 5_000;

    /// <summary>Milliseconds that a synchronous call waits while idle permits are called back: two reports of the others and their answers.</summary>
    public const int PermitRecallMs = 2_000;

    /// <summary>Milliseconds between two readings of the account's limits, in case a notice of a change was lost.</summary>
    public const int PermitLookMs = 5_000;

    /// <summary>Milliseconds that a silo keeps a permit that cannot be divided: some invocations long, short for those who wait for it.</summary>
    public const int PermitTurnMs = 5_000;

    /// <summary>
    /// Milliseconds after a silo's last report in which something that it had begun may still run: the longest invocation, and a minute
    /// for its end to be told.
    /// </summary>
    public const long PermitRunMs = PermitLoanMs + (FunctionTimeoutSeconds * 1_000L) + 60_000;

    /// <summary>
    /// Milliseconds that a synchronous call waits for its turn where mappings and asynchronous events have taken all permits of
    /// its function: long enough to get the next one that is free, short for a caller who is told to come back.
    /// </summary>
    public const int SyncTurnMs = 100;

    /// <summary>Concurrent invocations of the account that the configuration may allow at most (Lambda grants tens of thousands).</summary>
    public const int AccountConcurrencyMaximum = 100_000;
}
