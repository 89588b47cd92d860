using EmptyNumber.WholeSuite;

namespace EmptyNumber.EndToEnd.Tests;

/// <summary>One suite for all tests: two replicas of each service, twenty simulated lines, and a collector of its traces.</summary>
public sealed class ReplicatedSuite : IAsyncLifetime
{
    internal Suite Suite { get; private set; } = null!;

    internal OtlpReceiver Receiver { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Receiver = await OtlpReceiver.StartAsync();
        Suite = await Suite.StartAsync("--replicas 2 --lines 20 --pace 50", Receiver.Environment);
    }

    public async Task DisposeAsync()
    {
        await Suite.DisposeAsync();
        await Receiver.DisposeAsync();
    }
}

[CollectionDefinition("suite")]
public sealed class SuiteCollection : ICollectionFixture<ReplicatedSuite>;
