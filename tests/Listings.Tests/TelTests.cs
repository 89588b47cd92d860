using System.Text.Json;
using EmptyNumber.TestSupport;

namespace EmptyNumber.Listings.Tests;

[Collection("listings")]
public sealed class TelTests(ListingsSuite suite)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    [Fact]
    public async Task A_telephone_is_checked_once_when_it_is_set_and_again_when_it_is_changed()
    {
        suite.Detection.Know("13911110002", 0);
        suite.Detection.Know("13911110004", 4);
        var id = await AddAsync("13911110002");
        await Eventually.Be(() => suite.Detection.Orders.Count(order => order.Number == "13911110002"), 1);
        (await TelStateAsync(id)).ShouldBeNull();

        suite.Detection.Know("13911110002", 2);
        await Eventually.Be(() => TelStateAsync(id), 2, Patience);
        (await suite.Anybody.FetchAsync($"/api/agents/{id}/")).Body.ShouldEndWith("\"certificated\":false,\"tel_state\":2}");
        (await suite.Anybody.WalkAsync("/api/agents/?size=50")).Select(agent => agent.GetRawText()).ShouldAllBe(agent => !agent.Contains("tel_state"));

        // Another name is no reason to dial.
        (await suite.Admin.PutAsync($"/api/agents/{id}/", new { name = "孙小美", tel = "13911110002" })).Body.ShouldNotContain("tel_state");
        (await TelStateAsync(id)).ShouldBe(2);
        await suite.Admin.PutAsync($"/api/agents/{id}/", new { name = "孙小美", tel = "13911110004" });
        (await TelStateAsync(id)).ShouldBeOneOf(null, 4);
        await Eventually.Be(() => TelStateAsync(id), 4, Patience);
        suite.Detection.Orders.Count(order => order.Number.StartsWith("1391111000")).ShouldBe(2);
        suite.Detection.Orders.Select(order => order.Key).ShouldBeUnique();
        (await suite.Admin.RemoveAsync($"/api/agents/{id}/")).Status.ShouldBe(204);
    }

    [Fact]
    public async Task What_is_no_number_has_no_state_and_is_not_asked_again()
    {
        suite.Detection.Know("158173555285", -1);
        var id = await AddAsync("158173555285");
        await Eventually.Be(() => suite.ScalarAsync<long>($"select count(*) from tel_checks where agent_id = {id} and due_at is null"), 1);
        (await TelStateAsync(id)).ShouldBeNull();
    }

    [Fact]
    public async Task While_detection_is_away_agents_are_written_as_ever_and_their_telephones_checked_later()
    {
        var id = await AddAsync("13922220003");
        await Eventually.Be(() => suite.ScalarAsync<bool>($"select asked > 0 and due_at is not null from tel_checks where agent_id = {id}"), true);
        (await TelStateAsync(id)).ShouldBeNull();
        suite.Detection.Know("13922220003", 3);
        await Eventually.Be(() => TelStateAsync(id), 3, Patience);
    }

    private Task<int> AddAsync(string tel) => suite.Admin.CreateAsync("/api/agents/", new { name = "孙小美", tel });

    private async Task<int?> TelStateAsync(int id)
    {
        var agent = await suite.Anybody.GetJsonAsync($"/api/agents/{id}/");
        return agent.TryGetProperty("tel_state", out JsonElement state) ? state.GetInt32() : null;
    }
}
