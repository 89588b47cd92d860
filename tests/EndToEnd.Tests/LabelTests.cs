using System.Net.Http.Json;
using System.Text.Json;
using EmptyNumber.TestSupport;
using EmptyNumber.WholeSuite;

namespace EmptyNumber.EndToEnd.Tests;

/// <summary>An announcement that nobody knew, from the customer's order to the operator's label.</summary>
[Collection("undialled")]
public sealed class LabelTests(UndialledSuite undialled)
{
    private const int Suspended = 3;
    private const int Busy = 5;
    private const int Unknown = 99;
    private const string Text = "您拨打的用户已暂停服务";

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private static readonly string[] Numbers = ["13800138001", "13800138002", "13800138003"];

    private readonly Suite _suite = undialled.Suite;

    [Fact]
    public async Task A_label_settles_the_numbers_that_ended_as_unknown_although_replicas_are_killed()
    {
        using var customer = await _suite.LogInAsync();
        var task = await customer.SubmitAsync([.. Numbers, "13900139005"]);
        await undialled.DialAsync(customer, task, number => number.EndsWith('5') ? BusyTone.Wav() : UnknownAnnouncement());
        (await customer.StateCountsAsync(task)).ShouldBe($$"""{"{{Busy}}":1,"{{Unknown}}":3}""");
        var unknown = await Eventually.Satisfy(() => GroupsAsync(customer), groups => groups is [var only] && only.GetProperty("recordings").GetInt32() == 9, Limit);

        using var labelled = await customer.PostAsJsonAsync(
            $"/audio/unknown/{unknown[0].GetProperty("id").GetInt64()}/label", new { state = Suspended, text = Text, carrier = "中国移动" });
        labelled.EnsureSuccessStatusCode();
        foreach (var service in new[] { "classifier", "coordinator", "detection" })
            _suite.Kill(service, replica: 1);

        await Eventually.Be(
            async () => (await customer.StatesAsync(task)).Count(record => Numbers.Contains(record.Number) && record.State == Suspended), Numbers.Length, Limit);
        (await customer.StateCountsAsync(task)).ShouldBe($$"""{"{{Suspended}}":3,"{{Busy}}":1}""");
        (await customer.FinishedAsync(task)).ShouldBe(Numbers.Length + 1);
        (await GroupsAsync(customer)).ShouldBeEmpty();
        var record = (await customer.GetFromJsonAsync<JsonElement>($"/phone/{task}/"))[0].GetProperty("id").GetInt64();
        var attempts = (await customer.GetFromJsonAsync<JsonElement>($"/record/{record}/")).GetProperty("attempts").EnumerateArray();
        attempts.ShouldContain(attempt => attempt.ToString().Contains(Text, StringComparison.Ordinal));

        // From now on it is known at once.
        var next = await customer.SubmitAsync(["13800138004"]);
        await undialled.DialAsync(customer, next, _ => UnknownAnnouncement());
        (await customer.StatesAsync(next)).ShouldBe([("13800138004", Suspended)]);
    }

    private static async Task<JsonElement[]> GroupsAsync(HttpClient @operator) =>
        [.. (await @operator.GetFromJsonAsync<JsonElement>("/audio/unknown/")).GetProperty("groups").EnumerateArray()];

    /// <summary>Speech that is in no library: an announcement played backwards.</summary>
    private static byte[] UnknownAnnouncement()
    {
        var wav = File.ReadAllBytes(Suite.RepositoryFile("services/AudioClassifier/Announcements/cm-barred-zh.wav"));
        wav.AsSpan(wav.AsSpan().IndexOf("data"u8) + 8).Reverse();
        return wav;
    }
}
