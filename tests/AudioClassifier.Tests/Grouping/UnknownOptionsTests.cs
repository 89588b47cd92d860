using EmptyNumber.AudioClassifier.Model;
using Microsoft.Extensions.Configuration;

namespace EmptyNumber.AudioClassifier.Tests.Grouping;

public sealed class UnknownOptionsTests
{
    [Fact]
    public void Configured_pauses_take_the_place_of_the_default_ones()
    {
        new UnknownOptions().Pauses.ShouldBe([TimeSpan.FromMinutes(10), TimeSpan.FromHours(1), TimeSpan.FromHours(6)]);
        Bound("00:00:05", "00:00:10").Pauses.ShouldBe([TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(10)]);
    }

    private static UnknownOptions Bound(params string[] pauses) =>
        new ConfigurationBuilder().AddInMemoryCollection(pauses.Select((pause, i) => KeyValuePair.Create($"TryAgainAfter:{i}", (string?)pause))).Build().Get<UnknownOptions>()!;
}
