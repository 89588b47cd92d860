using System.Net.Http.Json;
using System.Text.Json;
using EmptyNumber.TestSupport;
using EmptyNumber.WholeSuite;

namespace EmptyNumber.EndToEnd.Tests;

[Collection("suite")]
public sealed class WholeSuiteTests(ReplicatedSuite replicated)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private readonly Suite _suite = replicated.Suite;

    [Fact]
    public async Task Three_hundred_numbers_over_all_states_end_in_the_right_state_each()
    {
        var customer = await _suite.LogInAsync();
        var numbers = Detecting.SandboxNumbers(300, "138000");

        var task = await customer.SubmitAsync(numbers);

        await customer.ShouldEndRightAsync(task, numbers.Length, Limit);
    }

    [Fact]
    public async Task A_recording_goes_to_the_bucket_and_is_heard_through_the_gateway()
    {
        var customer = await _suite.LogInAsync();
        var task = await customer.SubmitAsync(["15100000002"]);
        await customer.ShouldEndRightAsync(task, 1, Limit);
        var id = (await customer.GetFromJsonAsync<JsonElement>($"/phone/{task}/"))[0].GetProperty("id").GetInt64();
        var recording = (await customer.GetFromJsonAsync<JsonElement>($"/record/{id}/")).GetProperty("recording").GetString();

        (await customer.GetByteArrayAsync(recording)).AsSpan(0, 4).SequenceEqual("RIFF"u8).ShouldBeTrue();

        Directory.Exists(Path.Combine(_suite.Folder, "recordings")).ShouldBeFalse();
    }

    [Fact]
    public async Task A_dialer_that_is_killed_half_way_costs_no_number()
    {
        var customer = await _suite.LogInAsync();
        var numbers = Detecting.SandboxNumbers(200, "139000");
        var task = await customer.SubmitAsync(numbers);
        await Eventually.Satisfy(() => customer.FinishedAsync(task), finished => finished > 20, Limit);

        _suite.Kill("dialer");

        await customer.ShouldEndRightAsync(task, numbers.Length, Limit);
    }

    [Fact]
    public async Task A_replica_of_each_service_that_is_killed_half_way_costs_no_number()
    {
        var customer = await _suite.LogInAsync();
        var numbers = Detecting.SandboxNumbers(200, "150000");
        var task = await customer.SubmitAsync(numbers);

        foreach (var service in new[] { "detection", "coordinator", "classifier" })
        {
            var before = await customer.FinishedAsync(task);
            await Eventually.Satisfy(() => customer.FinishedAsync(task), finished => finished > before + 10, Limit);
            _suite.Kill(service, replica: 1);
        }

        await customer.ShouldEndRightAsync(task, numbers.Length, Limit);
    }
}
