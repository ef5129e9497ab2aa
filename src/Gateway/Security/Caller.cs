namespace Dispatcher.Gateway.Security;

/// <summary>Who sent a request.</summary>
/// <param name="Account">Account of 12 digits.</param>
/// <param name="Arn">The principal: <c>arn:aws:iam::ACCOUNT:user/NAME</c>.</param>
/// <param name="IsOwn">True: of the server's own account, which may do everything.</param>
/// <param name="Key">The key that signed; null where nothing had to be signed.</param>
internal sealed record Caller(string Account, string Arn, bool IsOwn, AccessKey? Key = null)
{
    /// <summary>Everybody, where no access keys are configured; also whoever shows the admin token.</summary>
    public static Caller Own(string account) => new(account, $"arn:aws:iam::{account}:root", IsOwn: true);
}
