using EmptyNumber.WholeSuite;

namespace EmptyNumber.Faults.Tests;

/// <summary>One suite for all tests: two replicas of each service, and as many extensions as a large fleet wants.</summary>
public sealed class FaultySuite : IAsyncLifetime
{
    private static readonly Dictionary<string, string> Settings = new()
    {
        ["Fleet__DemoExtensions"] = "2000",
        ["Detection__Limits__NumbersPerDay"] = "1000000",
    };

    internal Suite Suite { get; private set; } = null!;

    public async Task InitializeAsync() => Suite = await Suite.StartAsync("--replicas 2 --lines 0", Settings);

    public async Task DisposeAsync() => await Suite.DisposeAsync();
}

[CollectionDefinition("faults")]
public sealed class FaultsCollection : ICollectionFixture<FaultySuite>;
