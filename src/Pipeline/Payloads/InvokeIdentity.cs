using System.Text;

namespace Dispatcher.Pipeline.Payloads;

/// <summary>
/// The role that stream events name (<c>invokeIdentityArn</c>): the function's own, which may change while its batches are
/// written. Thread-safe.
/// </summary>
/// <param name="arn">The role that is named until another one is known.</param>
internal sealed class InvokeIdentity(string arn)
{
    private volatile Known _known = new(arn);

    /// <summary>The role as it stands between quotes in JSON.</summary>
    public ReadOnlySpan<byte> Utf8 => _known.Utf8;

    /// <summary>Names another role from the next record on.</summary>
    public void Set(string role)
    {
        if (_known.Arn != role)
        {
            _known = new Known(role);
        }
    }

    private sealed class Known(string arn)
    {
        public string Arn => arn;

        public byte[] Utf8 { get; } = Encoding.UTF8.GetBytes(JsonText.Escape(arn));
    }
}
