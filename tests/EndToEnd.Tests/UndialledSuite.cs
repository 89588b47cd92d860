using EmptyNumber.TestSupport;
using EmptyNumber.WholeSuite;

namespace EmptyNumber.EndToEnd.Tests;

/// <summary>A suite whose numbers nobody dials but the test: two replicas of each service, no lines.</summary>
public sealed class UndialledSuite : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    internal Suite Suite { get; private set; } = null!;

    public async Task InitializeAsync() => Suite = await Suite.StartAsync("--replicas 2 --lines 0");

    public async Task DisposeAsync() => await Suite.DisposeAsync();

    /// <summary>Dials as a dialer of two extensions, until a task has ended.</summary>
    /// <param name="customer">Whose the task is.</param>
    /// <param name="task">The task.</param>
    /// <param name="hear">What a number sounds like.</param>
    /// <returns>The numbers that were to be called, in their order.</returns>
    internal async Task<List<string>> DialAsync(HttpClient customer, long task, Func<string, byte[]> hear)
    {
        using var gateway = Suite.Connect();
        var dialer = new DialerClient(gateway);
        await dialer.NotifyAsync(default);
        await dialer.LeaseAsync(2, partial: false, default);
        var total = (await customer.StatesAsync(task)).Length;
        List<string> called = [];
        await Eventually.Be(
            async () =>
            {
                await dialer.BeatAsync(default);
                foreach (var plan in await dialer.DialPlanAsync(default))
                {
                    called.Add(plan.PhoneNum);
                    await dialer.StatusAsync("call", plan.ExtensionNum, plan.PhoneNum, default);
                    await dialer.UploadAsync(plan.ExtensionNum, plan.PhoneNum, hear(plan.PhoneNum), default);
                    await dialer.StatusAsync("idle", plan.ExtensionNum, plan.PhoneNum, default);
                }

                return await customer.FinishedAsync(task);
            },
            total,
            Limit);
        await dialer.LeaveAsync(default);
        return called;
    }
}

/// <summary>Beside no other suite: two take more than a small machine has.</summary>
[CollectionDefinition("undialled", DisableParallelization = true)]
public sealed class UndialledCollection : ICollectionFixture<UndialledSuite>;
