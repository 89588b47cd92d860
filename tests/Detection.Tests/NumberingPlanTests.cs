using EmptyNumber.Detection.Model;

namespace EmptyNumber.Detection.Tests;

public sealed class NumberingPlanTests
{
    [Theory]
    [InlineData("13412345678", Carrier.ChinaMobile)]
    [InlineData("13491234567", Carrier.ChinaTelecom)]
    [InlineData("15388284660", Carrier.ChinaTelecom)]
    [InlineData("18382233084", Carrier.ChinaMobile)]
    [InlineData("13012345678", Carrier.ChinaUnicom)]
    [InlineData("19212345678", Carrier.ChinaBroadnet)]
    [InlineData("17001234567", Carrier.ChinaTelecom)]
    [InlineData("17031234567", Carrier.ChinaMobile)]
    [InlineData("17041234567", Carrier.ChinaUnicom)]
    [InlineData("15412345678", Carrier.Unknown)]
    [InlineData("14201234567", Carrier.Unknown)]
    public void A_number_belongs_to_the_network_of_its_segment(string number, Carrier carrier) =>
        NumberingPlan.CarrierOf(number).ShouldBe(carrier);

    [Fact]
    public void Every_operator_has_a_name() =>
        Enum.GetValues<Carrier>().Select(carrier => carrier.Text()).ShouldBe(["未知", "中国移动", "中国联通", "中国电信", "中国广电"]);
}
