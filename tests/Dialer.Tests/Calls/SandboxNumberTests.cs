using EmptyNumber.Contracts;
using EmptyNumber.Dialer.Calls.Simulated;

namespace EmptyNumber.Dialer.Tests.Calls;

public sealed class SandboxNumberTests
{
    public static TheoryData<int> Endings => [.. Enumerable.Range(0, 100)];

    [Theory]
    [MemberData(nameof(Endings))]
    public void The_last_two_digits_decide(int ending) => SandboxNumber.StateOf($"138001380{ending:00}").ShouldBe(ending switch
    {
        >= 1 and <= 12 => (NumberState)ending,
        99 => NumberState.Unknown,
        _ => NumberState.InService,
    });

    [Theory]
    [InlineData("")]
    [InlineData("2")]
    [InlineData("1380000000x")]
    [InlineData("1380000000 2")]
    [InlineData("1380000000-2")]
    public void What_does_not_end_in_two_digits_is_in_service(string number) =>
        SandboxNumber.StateOf(number).ShouldBe(NumberState.InService);
}
