using Dispatcher.Silo.Local;

namespace Dispatcher.Silo.Tests.Local;

public sealed class LocalChangeNoticesTests
{
    [Fact]
    public async Task FunctionChangedAsync_Subscribers_HearOfItUntilDisposed()
    {
        var notices = new LocalChangeNotices();
        var heard = new List<string>();
        var first = notices.OnFunctionChanged(name => heard.Add("1" + name));
        using var second = notices.OnFunctionChanged(name => heard.Add("2" + name));

        await notices.FunctionChangedAsync("a", CancellationToken.None);
        first.Dispose();
        first.Dispose();
        await notices.FunctionChangedAsync("b", CancellationToken.None);

        Assert.Equal(["1a", "2a", "2b"], heard);
    }
}
