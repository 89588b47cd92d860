using EmptyNumber.Contracts;

namespace EmptyNumber.Contracts.Tests;

public sealed class NumberStateTests
{
    [Fact]
    public void Every_state_has_a_name_of_its_own()
    {
        NumberStates.All.Count.ShouldBe(14);
        NumberStates.All.Select(state => state.Text()).ShouldBeUnique();
    }

    [Fact]
    public void A_value_that_is_no_state_has_no_name() => Should.Throw<ArgumentOutOfRangeException>(() => ((NumberState)50).Text());
}
