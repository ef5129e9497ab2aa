using Dispatcher.Contracts;
using Orleans;

namespace Dispatcher.Silo.Orleans.Invocations;

/// <summary>The gateway's end of an answer that a silo streams.</summary>
[Alias("dispatcher.answer")]
internal interface IAnswerObserver : IGrainObserver
{
    /// <summary>Takes the next part; ends when the caller has room for more, which is what slows the function down.</summary>
    [ResponseTimeout(Limits.AnswerPartTime)]
    Task WriteAsync(string version, byte[] part);
}
