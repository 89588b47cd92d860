using System.Net.Http.Json;
using System.Text.Json;
using EmptyNumber.TestSupport;
using EmptyNumber.WholeSuite;

namespace EmptyNumber.EndToEnd.Tests;

/// <summary>Beside no other suite: two take more than a small machine has.</summary>
[CollectionDefinition("label", DisableParallelization = true)]
public sealed class LabelCollection;

/// <summary>An announcement that nobody knew, from the customer's order to the operator's label. The suite has no dialer but the test.</summary>
[Collection("label")]
public sealed class LabelTests : IAsyncLifetime
{
    private const int Suspended = 3;
    private const int Busy = 5;
    private const int Unknown = 99;
    private const string Text = "您拨打的用户已暂停服务";

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private static readonly string[] Numbers = ["13800138001", "13800138002", "13800138003"];

    private Suite _suite = null!;

    public async Task InitializeAsync() => _suite = await Suite.StartAsync("--replicas 2 --lines 0");

    public async Task DisposeAsync() => await _suite.DisposeAsync();

    [Fact]
    public async Task A_label_settles_the_numbers_that_ended_as_unknown_although_replicas_are_killed()
    {
        using var customer = await _suite.LogInAsync();
        var task = await customer.SubmitAsync([.. Numbers, "13900139005"]);
        await DialAsync(customer, task, number => number.EndsWith('5') ? BusyTone.Wav() : UnknownAnnouncement());
        (await StatesOfAsync(customer, task)).ShouldBe($$"""{"{{Busy}}":1,"{{Unknown}}":3}""");
        var unknown = await Eventually.Satisfy(() => GroupsAsync(customer), groups => groups is [var only] && only.GetProperty("recordings").GetInt32() == 9, Limit);

        using var labelled = await customer.PostAsJsonAsync(
            $"/audio/unknown/{unknown[0].GetProperty("id").GetInt64()}/label", new { state = Suspended, text = Text, carrier = "中国移动" });
        labelled.EnsureSuccessStatusCode();
        foreach (var service in new[] { "classifier", "coordinator", "detection" })
            _suite.Kill(service, replica: 1);

        await Eventually.Be(
            async () => (await customer.StatesAsync(task)).Count(record => Numbers.Contains(record.Number) && record.State == Suspended), Numbers.Length, Limit);
        (await StatesOfAsync(customer, task)).ShouldBe($$"""{"{{Suspended}}":3,"{{Busy}}":1}""");
        (await customer.FinishedAsync(task)).ShouldBe(Numbers.Length + 1);
        (await GroupsAsync(customer)).ShouldBeEmpty();
        var record = (await customer.GetFromJsonAsync<JsonElement>($"/phone/{task}/"))[0].GetProperty("id").GetInt64();
        var attempts = (await customer.GetFromJsonAsync<JsonElement>($"/record/{record}/")).GetProperty("attempts").EnumerateArray();
        attempts.ShouldContain(attempt => attempt.ToString().Contains(Text, StringComparison.Ordinal));

        // From now on it is known at once.
        var next = await customer.SubmitAsync(["13800138004"]);
        await DialAsync(customer, next, _ => UnknownAnnouncement());
        (await customer.StatesAsync(next)).ShouldBe([("13800138004", Suspended)]);
    }

    /// <summary>Dials until the task has ended.</summary>
    private async Task DialAsync(HttpClient customer, long task, Func<string, byte[]> hear)
    {
        using var gateway = _suite.Connect();
        var dialer = new DialerClient(gateway);
        await dialer.NotifyAsync(default);
        await dialer.LeaseAsync(2, partial: false, default);
        var total = (await customer.StatesAsync(task)).Length;
        await Eventually.Be(
            async () =>
            {
                await dialer.BeatAsync(default);
                foreach (var plan in await dialer.DialPlanAsync(default))
                {
                    await dialer.StatusAsync("call", plan.ExtensionNum, plan.PhoneNum, default);
                    await dialer.UploadAsync(plan.ExtensionNum, plan.PhoneNum, hear(plan.PhoneNum), default);
                    await dialer.StatusAsync("idle", plan.ExtensionNum, plan.PhoneNum, default);
                }

                return await customer.FinishedAsync(task);
            },
            total,
            Limit);
        await dialer.LeaveAsync(default);
    }

    private static async Task<JsonElement[]> GroupsAsync(HttpClient @operator) =>
        [.. (await @operator.GetFromJsonAsync<JsonElement>("/audio/unknown/")).GetProperty("groups").EnumerateArray()];

    /// <summary>The counters, as the last of the task's events tells them.</summary>
    private static async Task<string> StatesOfAsync(HttpClient customer, long task)
    {
        var events = await customer.GetStringAsync($"/detect/{task}/events/");
        var last = events.Split('\n').Last(line => line.StartsWith("data:", StringComparison.Ordinal))["data:".Length..];
        return JsonDocument.Parse(last).RootElement.GetProperty("states").GetRawText();
    }

    /// <summary>Speech that is in no library: an announcement played backwards.</summary>
    private static byte[] UnknownAnnouncement()
    {
        var wav = File.ReadAllBytes(Suite.RepositoryFile("services/AudioClassifier/Announcements/cm-barred-zh.wav"));
        wav.AsSpan(wav.AsSpan().IndexOf("data"u8) + 8).Reverse();
        return wav;
    }
}
