using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Store;
using Dispatcher.Grains.Concurrency;
using Dispatcher.Grains.Tests.Fakes;
using Dispatcher.Testing.Memory;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dispatcher.Grains.Tests.Concurrency;

public sealed class AccountLimitsTests
{
    private const int Rounds = 300;
    private const int Teller = 4;

    /// <summary>A read that nobody waits for would go on with what is closed. One in a few hundred rounds is lost without care.</summary>
    [Fact]
    public async Task Dispose_AfterNoticesSideBySide_WaitsForEveryRead()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var documents = new CountedDocuments(new MemoryStore());
            var notices = new FakeNotices();
            var limiter = new FunctionLimiter(new DispatcherConfig(), TimeProvider.System);
            var limits = new AccountLimits(new Catalog(documents), limiter, notices, NullLogger<AccountLimits>.Instance);
            await limits.CurrentAsync(CancellationToken.None);
            documents.Broken = true; // each read that is begun asks once

            using var together = new Barrier(Teller);
            await Task.WhenAll(Enumerable.Range(0, Teller).Select(_ => Task.Factory.StartNew(
                () =>
                {
                    together.SignalAndWait();
                    notices.FunctionChangedAsync("f", CancellationToken.None).AsTask().Wait();
                },
                CancellationToken.None,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default)));
            await limits.DisposeAsync();
            Assert.Equal(Teller, documents.Refused);
        }
    }
}
