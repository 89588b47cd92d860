using System.Net.Http.Json;
using System.Text.Json;
using EmptyNumber.TestSupport;

namespace EmptyNumber.EndToEnd.Tests;

/// <summary>What a customer does, and what the sandbox promises.</summary>
internal static class Detecting
{
    private static readonly int[] States = [.. Enumerable.Range(1, 12), 99];

    /// <summary>Numbers of the simulated carrier, all different: every other one has an ending that stands for a state.</summary>
    public static string[] SandboxNumbers(int count, string prefix) =>
        [.. Enumerable.Range(0, count).Select(i => $"{prefix}{i:d3}{(i % 2 == 0 ? States[i / 2 % States.Length] : i % 100):d2}")];

    /// <summary>The state that the simulated carrier gives a number: that of its last two digits.</summary>
    public static int ExpectedState(string number) => int.Parse(number[^2..]) is var ending && States.Contains(ending) ? ending : 1;

    public static async Task<long> SubmitAsync(this HttpClient customer, string[] numbers)
    {
        using var response = await customer.PostAsJsonAsync("/detect/", new { numbers });
        return (await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>()).GetProperty("task_id").GetInt64();
    }

    public static async Task<int> FinishedAsync(this HttpClient customer, long task) =>
        (await customer.GetFromJsonAsync<JsonElement>($"/detect/{task}/process/")).GetProperty("finished").GetInt32();

    public static async Task<(string Number, int State)[]> StatesAsync(this HttpClient customer, long task) =>
        [.. (await customer.GetFromJsonAsync<JsonElement>($"/phone/{task}/")).EnumerateArray()
            .Select(record => (record.GetProperty("number").GetString()!, record.GetProperty("state").GetInt32()))];

    /// <summary>Waits for a task to finish, and checks every state.</summary>
    public static async Task ShouldEndRightAsync(this HttpClient customer, long task, int total, TimeSpan limit)
    {
        await Eventually.Be(() => customer.FinishedAsync(task), total, limit);
        var wrong = (await customer.StatesAsync(task)).Where(record => record.State != ExpectedState(record.Number));
        wrong.ShouldBeEmpty();
    }
}
