using System.Net.Http.Json;
using System.Text.Json;
using EmptyNumber.Faults.Tests.Fleet;
using EmptyNumber.TestSupport;
using EmptyNumber.WholeSuite;
using Xunit.Abstractions;

namespace EmptyNumber.Faults.Tests;

/// <summary>Whatever fails, no number is lost, none is held by two, and every lease is owned once: by the clients' own journals and by the databases.</summary>
[Collection("faults")]
public sealed class FleetFaultTests(FaultySuite faulty, ITestOutputHelper output)
{
    private const int Busy = 5;
    private const int Unknown = 99;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(8);

    private readonly Suite _suite = faulty.Suite;

    [Fact]
    public async Task A_replica_that_is_killed_costs_a_thousand_clients_no_number() =>
        await EndWellAsync("1300", numbers: 4000, clients: 1000, async _ =>
        {
            await KillAsync("coordinator", replica: 1);
            await KillAsync("coordinator", replica: 0);
        });

    [Fact]
    public async Task A_Redis_that_comes_back_empty_costs_no_number() =>
        await EndWellAsync("1310", numbers: 1500, clients: 300, async journal =>
        {
            var killed = DateTime.UtcNow;
            await KillAsync("redis");
            journal.Forget(killed);
        });

    [Fact]
    public async Task A_Redis_that_stands_still_for_longer_than_clients_may_costs_no_number() =>
        await EndWellAsync("1320", numbers: 1500, clients: 300, async _ =>
        {
            _suite.Signal("redis", "STOP");
            await Task.Delay(TimeSpan.FromSeconds(20));
            _suite.Signal("redis", "CONT");
        });

    [Theory]
    [InlineData("1330", "rabbitmq")]
    [InlineData("1340", "postgres")]
    public async Task A_server_that_is_killed_under_load_costs_no_number(string prefix, string server) =>
        await EndWellAsync(prefix, numbers: 1500, clients: 300, _ => KillAsync(server));

    [Fact]
    public async Task Clients_that_crash_hang_repeat_themselves_and_lie_cost_no_number()
    {
        var task = await EndWellAsync("1350", numbers: 1500, clients: 300, _ => Task.CompletedTask, place => (Habits)(place % 16), mayEndUnknown: true);

        await using var aftermath = new Aftermath(_suite);
        await aftermath.ShouldHaveTriedAsync(task, failures: 4);
    }

    /// <summary>A task of its own, a fault in the middle of it, and the end that it must have.</summary>
    private async Task<long> EndWellAsync(
        string prefix, int numbers, int clients, Func<Journal, Task> fault, Func<int, Habits>? habits = null, bool mayEndUnknown = false)
    {
        var journal = new Journal();
        using var customer = await _suite.LogInAsync();
        long task;
        await using (SimulatedFleet.Start(_suite, journal, clients, habits))
        {
            task = await SubmitAsync(customer, [.. Enumerable.Range(0, numbers).Select(i => $"{prefix}{i:d7}")]);
            await Eventually.Satisfy(() => Task.FromResult(journal.Uploads), uploads => uploads > numbers / 5, Limit);
            await fault(journal);
            await Eventually.Be(() => FinishedAsync(customer, task), numbers, Limit);
        }

        output.WriteLine($"{journal.Calls} calls for {numbers} numbers, {journal.Uploads} recordings accepted, {journal.Lost} clients lost meanwhile");
        journal.Faults().ShouldBeEmpty();
        await using var aftermath = new Aftermath(_suite);
        await aftermath.ShouldBeWholeAsync(task);
        var states = await aftermath.StatesAsync(task);
        output.WriteLine(string.Join(", ", states.Select(state => $"state {state.Key}: {state.Value}")));
        states.Keys.ShouldBeSubsetOf(mayEndUnknown ? [Busy, Unknown] : [Busy]);
        return task;
    }

    /// <summary>Kills a process, and waits until another one has taken its place.</summary>
    private async Task KillAsync(string resource, int replica = 0)
    {
        var restarts = _suite.Find(resource, replica).Restarts;
        _suite.Kill(resource, replica);
        await Eventually.Be(() => _suite.Find(resource, replica) is { State: "running" } back && back.Restarts > restarts, true, Limit);
    }

    private static async Task<long> SubmitAsync(HttpClient customer, string[] numbers)
    {
        using var response = await customer.PostAsJsonAsync("/detect/", new { numbers, max_age_hours = 0 });
        return (await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>()).GetProperty("task_id").GetInt64();
    }

    /// <returns>-1 while it cannot be told.</returns>
    private async Task<int> FinishedAsync(HttpClient customer, long task)
    {
        _suite.IsRunning.ShouldBeTrue(_suite.Tail());
        try
        {
            return (await customer.GetFromJsonAsync<JsonElement>($"/detect/{task}/process/")).GetProperty("finished").GetInt32();
        }
        catch (HttpRequestException)
        {
            return -1;
        }
    }
}
