using EmptyNumber.TestSupport;
using EmptyNumber.WholeSuite;

namespace EmptyNumber.EndToEnd.Tests;

/// <summary>One suite for all tests: two replicas of each service, twenty simulated lines, recordings and photos in buckets, and a collector of its traces.</summary>
public sealed class ReplicatedSuite() : Servers(Needs.S3)
{
    internal Suite Suite { get; private set; } = null!;

    internal OtlpReceiver Receiver { get; private set; } = null!;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        Receiver = await OtlpReceiver.StartAsync();
        var environment = new Dictionary<string, string>(Receiver.Environment);
        foreach (var store in (string[])["Recordings", "Photos"])
        {
            environment[$"{store}__S3__Endpoint"] = S3.Endpoint;
            environment[$"{store}__S3__Bucket"] = S3.NewBucket();
            environment[$"{store}__S3__AccessKey"] = LocalS3.Key;
            environment[$"{store}__S3__SecretKey"] = LocalS3.Key;
        }

        Suite = await Suite.StartAsync("--replicas 2 --lines 20 --pace 50", environment);
    }

    public override async Task DisposeAsync()
    {
        await Suite.DisposeAsync();
        await Receiver.DisposeAsync();
        await base.DisposeAsync();
    }
}

[CollectionDefinition("suite")]
public sealed class SuiteCollection : ICollectionFixture<ReplicatedSuite>;
