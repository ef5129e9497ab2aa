using System.Text;
using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Invocations;
using Dispatcher.Pipeline.AsyncInvocations;

namespace Dispatcher.Pipeline.Tests.AsyncInvocations;

public sealed class AsyncPolicyTests
{
    private static readonly AsyncRules s_rules = new(2, TimeSpan.FromHours(6), TimeSpan.FromMinutes(1));
    private static readonly InvocationOutcome s_error = new InvocationOutcome.FunctionError("Unhandled", """{"errorMessage":"no"}"""u8.ToArray(), "E");
    private static readonly InvocationOutcome s_throttled = new InvocationOutcome.Throttled("any", TimeSpan.Zero);
    private static readonly InvocationOutcome s_broken = new InvocationOutcome.Failed(new ServiceException(ServiceErrorKind.Internal, "any"));

    [Theory]
    [InlineData(1, 60)]
    [InlineData(2, 120)]
    public void Judge_FunctionError_WaitsOneAndTwoMinutes(int attempts, int seconds)
        => Assert.Equal(new AsyncVerdict.Again(TimeSpan.FromSeconds(seconds), Counts: true), AsyncPolicy.Judge(s_rules, s_error, attempts, TimeSpan.Zero));

    [Fact]
    public void Judge_LastAttempt_IsGivenUp()
        => Assert.Equal(new AsyncVerdict.GivenUp("RetriesExhausted"), AsyncPolicy.Judge(s_rules, s_error, 3, TimeSpan.Zero));

    [Fact]
    public void Judge_TurnedOff_IsGivenUpAtOnce()
        => Assert.Equal(
            new AsyncVerdict.GivenUp("ZeroReservedConcurrency"),
            AsyncPolicy.Judge(s_rules, new InvocationOutcome.Throttled("any", TimeSpan.Zero) { TurnedOff = true }, 1, TimeSpan.Zero));

    [Fact]
    public void Judge_NextTryWouldBeTooLate_IsGivenUp()
        => Assert.Equal(new AsyncVerdict.GivenUp("EventAgeExceeded"), AsyncPolicy.Judge(s_rules with { MaximumAge = TimeSpan.FromMinutes(1) }, s_error, 1, TimeSpan.Zero));

    [Theory]
    [InlineData(0, 1)]
    [InlineData(8, 8)]
    [InlineData(1000, 300)]
    [InlineData(21_590, 10)]
    public void Judge_ThrottleOrSystemError_BacksOffWithoutAnAttempt(int age, int seconds)
    {
        var again = new AsyncVerdict.Again(TimeSpan.FromSeconds(seconds), Counts: false);
        Assert.Equal(again, AsyncPolicy.Judge(s_rules, s_throttled, 9, TimeSpan.FromSeconds(age)));
        Assert.Equal(again, AsyncPolicy.Judge(s_rules, s_broken, 9, TimeSpan.FromSeconds(age)));
    }

    [Fact]
    public void Judge_FunctionGone_IsGivenUp()
        => Assert.IsType<AsyncVerdict.GivenUp>(AsyncPolicy.Judge(s_rules, new InvocationOutcome.Failed(ServiceException.NotFound("gone")), 1, TimeSpan.Zero));

    [Fact]
    public void Next_Header_CountsHopsAndKeepsTheRest()
    {
        var id = new Guid("c9b8fa9f-5a7f-4a1e-af9c-0c604cde93a5");
        var first = Lineage.Next(null, id, 1_573_691_886_021);
        Assert.Equal("Root=1-5dcca1ee-c9b8fa9f5a7f4a1eaf9c0c60;Lineage=1:4cde93a5:1", first);
        Assert.Equal(2, Lineage.Hops(Lineage.Next(first, id, 0)));
        Assert.StartsWith("Root=1-5dcca1ee-c9b8fa9f5a7f4a1eaf9c0c60;", Lineage.Next(first, id, 0));
        Assert.Equal(0, Lineage.Hops("Root=1-a-b;Lineage=x"));
    }

    [Fact]
    public void Write_Failure_IsAwsRecord()
        => Assert.Equal(
            """{"version":"1.0","timestamp":"2019-11-14T00:38:06.021Z","requestContext":{"requestId":"c9b8fa9f-5a7f-4a1e-af9c-0c604cde93a5","functionArn":"arn:f:$LATEST","condition":"RetriesExhausted","approximateInvokeCount":3},"requestPayload":{"a":1},"responseContext":{"statusCode":200,"executedVersion":"$LATEST","functionError":"Unhandled"},"responsePayload":{"errorMessage":"no"}}""",
            Record("RetriesExhausted", s_error));

    [Fact]
    public void Write_SuccessWithoutJson_IsAText()
        => Assert.EndsWith(
            ""","responseContext":{"statusCode":200,"executedVersion":"$LATEST"},"responsePayload":"no json"}""",
            Record("Success", new InvocationOutcome.Succeeded("no json"u8.ToArray())));

    [Fact]
    public void Write_NeverRun_HasNoResponse()
        => Assert.EndsWith(""","requestPayload":{"a":1}}""", Record("EventAgeExceeded", null));

    private static string Record(string condition, InvocationOutcome? outcome) => Encoding.UTF8.GetString(
        new AsyncRecord(new Guid("c9b8fa9f-5a7f-4a1e-af9c-0c604cde93a5"), "arn:f:$LATEST", condition, 3, """{"a":1}"""u8.ToArray())
        {
            Outcome = outcome,
            NowMs = 1_573_691_886_021,
        }.Write().Span);
}
