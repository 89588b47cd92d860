using EmptyNumber.Contracts;

namespace EmptyNumber.Contracts.Tests;

public sealed class PhoneNumberTests
{
    [Theory]
    [InlineData("13800138000")]
    [InlineData("+8613800138000")]
    [InlineData("+86 138-0013-8000")]
    [InlineData("008613800138000")]
    [InlineData("0086 138 0013 8000")]
    [InlineData("8613800138000")]
    [InlineData(" 138 0013 8000 ")]
    public void Prefixes_spaces_and_hyphens_go_away(string text)
    {
        PhoneNumber.TryNormalise(text, out var number).ShouldBeTrue();
        number.ShouldBe("13800138000");
        PhoneNumber.IsNormal(number).ShouldBeTrue();
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("12")]
    [InlineData("12800138000")]
    [InlineData("1380013800")]
    [InlineData("138001380000")]
    [InlineData("+113800138000")]
    [InlineData("+13800138000")]
    [InlineData("++8613800138000")]
    [InlineData("86+13800138000")]
    [InlineData("00868613800138000")]
    [InlineData("1380013800a")]
    [InlineData("１３８００１３８０００")]
    [InlineData("13800138000\0")]
    [InlineData("23800138000")]
    public void Anything_else_is_refused(string text)
    {
        PhoneNumber.TryNormalise(text, out var number).ShouldBeFalse();
        number.ShouldBeNull();
    }

    [Fact]
    public void A_null_text_is_refused() => PhoneNumber.TryNormalise(null, out _).ShouldBeFalse();

    [Fact]
    public void Normalising_twice_changes_nothing()
    {
        var random = new Random(1);
        for (var i = 0; i < 10_000; i++)
        {
            var number = $"1{random.Next(3, 10)}{random.Next(1_000_000_000):d9}";
            PhoneNumber.TryNormalise(Decorate(random, number), out var once).ShouldBeTrue();
            once.ShouldBe(number);
            PhoneNumber.TryNormalise(once, out var twice).ShouldBeTrue();
            twice.ShouldBe(number);
        }
    }

    private static string Decorate(Random random, string number)
    {
        string[] prefixes = ["", "+86", "0086", "86"];
        string[] separators = ["", " ", "-"];
        return prefixes[random.Next(4)] + string.Concat(number.Select(digit => separators[random.Next(3)] + digit));
    }
}
