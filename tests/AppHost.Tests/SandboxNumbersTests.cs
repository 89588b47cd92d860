using EmptyNumber.AppHost.Sample;

namespace EmptyNumber.AppHost.Tests;

public sealed class SandboxNumbersTests
{
    [Fact]
    public void A_hundred_of_them_are_different_mobile_numbers_over_all_states()
    {
        var numbers = SandboxNumbers.Make(100);

        numbers.Distinct().Count().ShouldBe(100);
        numbers.ShouldAllBe(number => number.Length == 11 && number[0] == '1' && number[1] >= '3' && number.All(char.IsAsciiDigit));
        var states = numbers.CountBy(SandboxNumbers.ExpectedState).ToDictionary();
        states.Keys.Order().ShouldBe([.. Enumerable.Range(1, 12), 99]);
        states.Values.Min().ShouldBe(4);
    }

    [Theory]
    [InlineData("13800000001", 1)]
    [InlineData("13800000012", 12)]
    [InlineData("13800000099", 99)]
    [InlineData("13800000000", 1)]
    [InlineData("13800000013", 1)]
    public void The_last_two_digits_are_the_state(string number, int state) => SandboxNumbers.ExpectedState(number).ShouldBe(state);
}
