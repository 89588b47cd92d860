using EmptyNumber.DialerCoordinator.Model;

namespace EmptyNumber.DialerCoordinator.Tests;

public sealed class RetryPolicyTests
{
    private static readonly RetryOptions Options = new();

    [Fact]
    public void A_decided_call_is_final_at_once()
    {
        var call = Of(CallOutcome.Decided);

        RetryPolicy.Decide(Options, 0, [call]).ShouldBe(new Decision.Final(call));
    }

    [Theory]
    [InlineData(CallOutcome.Unreachable, 2, false)]
    [InlineData(CallOutcome.NetworkBusy, 3, true)]
    [InlineData(CallOutcome.Undecided, 2, false)]
    [InlineData(CallOutcome.Silent, 2, true)]
    [InlineData(CallOutcome.CallerSide, 5, true)]
    [InlineData(CallOutcome.Failed, 3, true)]
    [InlineData(CallOutcome.NotBegun, 100, false)]
    public void Every_other_outcome_is_dialled_again_so_many_times(CallOutcome outcome, int again, bool elsewhere)
    {
        var calls = new List<Call>();
        for (var i = 0; i < again; i++)
        {
            calls.Add(Of(outcome));
            RetryPolicy.Decide(Options, 0, calls).ShouldBeOfType<Decision.Again>().Elsewhere.ShouldBe(elsewhere);
        }

        calls.Add(Of(outcome));
        RetryPolicy.Decide(Options, 0, calls).ShouldBeOfType<Decision.Final>();
    }

    [Fact]
    public void Whatever_the_order_of_outcomes_a_number_ends()
    {
        var random = new Random(3);
        for (var run = 0; run < 1000; run++)
        {
            var calls = new List<Call>();
            do
                calls.Add(Of((CallOutcome)random.Next(1, 8)));
            while (RetryPolicy.Decide(Options, 0, calls) is Decision.Again);
            calls.Count.ShouldBeLessThanOrEqualTo(Options.Rules.Values.Sum(rule => rule.Again) + 1);
        }
    }

    [Fact]
    public void What_an_earlier_call_told_stands_when_the_last_ones_tell_nothing()
    {
        Call[] calls = [Of(CallOutcome.Unreachable), Of(CallOutcome.Undecided), Of(CallOutcome.Undecided), Of(CallOutcome.Undecided)];

        RetryPolicy.Decide(Options, 0, calls).ShouldBe(new Decision.Final(calls[0]));
    }

    [Fact]
    public void Nothing_told_at_all_is_unknown() =>
        RetryPolicy.Decide(Options, 0, [Of(CallOutcome.Undecided), Of(CallOutcome.Undecided), Of(CallOutcome.Undecided)]).ShouldBe(new Decision.Final(null));

    private static Call Of(CallOutcome outcome) => new()
    {
        Id = Guid.NewGuid(),
        Number = "13800138000",
        ClientId = "c",
        Extension = "8001",
        Outcome = outcome,
    };
}
