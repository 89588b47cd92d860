using EmptyNumber.TestSupport;
using EmptyNumber.WholeSuite;
using Npgsql;

namespace EmptyNumber.EndToEnd.Tests;

/// <summary>Dialers that come at the same moment, to two replicas, through the gateway.</summary>
[Collection("suite")]
public sealed class DialerRaceTests(ReplicatedSuite replicated)
{
    private const int MaxThreads = 1000;
    private const int Rounds = 20;
    private const int Uploads = 10;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private readonly Suite _suite = replicated.Suite;

    [Fact]
    public async Task Of_two_dialers_that_race_for_the_last_extension_one_gets_it()
    {
        using var gateway = _suite.Connect();
        var (rest, first, second) = (new DialerClient(gateway), new DialerClient(gateway), new DialerClient(gateway));
        await rest.NotifyAsync(default);
        await rest.LeaseAsync(MaxThreads, partial: true, default);
        await rest.LeaseAsync(rest.Extensions.Count - 1, partial: false, default);
        try
        {
            for (var round = 0; round < Rounds; round++)
            {
                await Task.WhenAll(first.NotifyAsync(default), second.NotifyAsync(default), rest.BeatAsync(default));

                var taken = await Task.WhenAll(new[] { first, second }.Select(dialer => TryLeaseAsync(dialer)));

                taken.Count(won => won).ShouldBe(1);
                rest.Extensions.ShouldNotContain(first.Extensions.Concat(second.Extensions).Single());
                await Task.WhenAll(first.LeaveAsync(default), second.LeaveAsync(default));
            }
        }
        finally
        {
            await rest.LeaveAsync(default);
        }
    }

    [Fact]
    public async Task The_same_upload_ten_times_at_once_is_one_call()
    {
        using var gateway = _suite.Connect();
        using var customer = await _suite.LogInAsync();
        var dialer = new DialerClient(gateway);
        await dialer.NotifyAsync(default);
        await dialer.LeaseAsync(1, partial: false, default);
        var numbers = Detecting.SandboxNumbers(200, "151000");
        var task = await customer.SubmitAsync(numbers);
        var plan = (await Eventually.Satisfy(() => dialer.DialPlanAsync(default), plans => plans.Count > 0, Limit)).Single();
        await dialer.StatusAsync("call", plan.ExtensionNum, plan.PhoneNum, default);

        await Task.WhenAll(Enumerable.Range(0, Uploads).Select(_ => dialer.UploadAsync(plan.ExtensionNum, plan.PhoneNum, BusyTone.Wav(), default)));
        await dialer.LeaveAsync(default);

        await Eventually.Be(() => customer.FinishedAsync(task), numbers.Length, Limit);
        (await customer.StatesAsync(task)).Where(record => record.State != (record.Number == plan.PhoneNum ? 5 : Detecting.ExpectedState(record.Number))).ShouldBeEmpty();
        await using var database = NpgsqlDataSource.Create(_suite.ConnectionString("coordinator"));
        await using var calls = database.CreateCommand($"select count(*) from calls where number = '{plan.PhoneNum}'");
        (await calls.ExecuteScalarAsync()).ShouldBe(1L);
    }

    private static async Task<bool> TryLeaseAsync(DialerClient dialer)
    {
        try
        {
            await dialer.LeaseAsync(1, partial: false, default);
            return true;
        }
        catch (HttpRequestException e) when (e.StatusCode == System.Net.HttpStatusCode.Conflict)
        {
            return false;
        }
    }
}
