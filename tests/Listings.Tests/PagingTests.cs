using System.Text.Json;
using EmptyNumber.TestSupport;

namespace EmptyNumber.Listings.Tests;

[Collection("listings")]
public sealed class PagingTests(ListingsSuite suite)
{
    [Theory]
    [InlineData("", 5)]
    [InlineData("&size=1", 1)]
    [InlineData("&size=", 5)]
    [InlineData("&size=50", 50)]
    [InlineData("&size=51", 50)]
    [InlineData("&size=999999999999", 50)]
    public async Task A_page_has_5_rows_unless_asked_otherwise_and_50_at_most(string size, int expected)
    {
        var name = await AddAgentsAsync(60);
        (await suite.Anybody.GetJsonAsync($"/api/agents/?name={name}{size}")).GetProperty("results").GetArrayLength().ShouldBe(expected);
    }

    [Fact]
    public async Task Links_lead_through_the_gateway_and_keep_the_other_parameters()
    {
        var name = await AddAgentsAsync(3, "里&苑 ");
        var query = $"name={Uri.EscapeDataString(name)}&size=1&x=%E4%B8%AD&x=2";
        foreach (var slash in (string[])["", "/"])
        {
            var page = await suite.Anybody.GetJsonAsync($"/api/agents{slash}?page=2&{query}");
            (page.GetProperty("count").GetInt32(), Link("next"), Link("previous"))
                .ShouldBe((3, $"{suite.Gateway}/api/agents/?{query}&page=3", $"{suite.Gateway}/api/agents/?{query}&page=1"));
            string? Link(string name) => page.GetProperty(name).GetString();
        }

        var first = await suite.Anybody.GetJsonAsync($"/api/agents/?{query}");
        first.GetProperty("previous").ValueKind.ShouldBe(JsonValueKind.Null);
        var last = await suite.Anybody.GetJsonAsync($"/api/agents/?page=3&{query}");
        last.GetProperty("next").ValueKind.ShouldBe(JsonValueKind.Null);

        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/agents/?{query}") { Headers = { Host = "listings.example:8443" } };
        (await suite.Anybody.SendAsync(request).ReadAsync()).Body.ShouldContain($"\"next\":\"http://listings.example:8443/api/agents/?{query}&page=2\"");
    }

    [Theory]
    [InlineData("page=4", 404)]
    [InlineData("page=999999999999999999", 404)]
    [InlineData("page=0", 400)]
    [InlineData("page=-1", 400)]
    [InlineData("page=x", 400)]
    [InlineData("page=1.5", 400)]
    [InlineData("size=0", 400)]
    [InlineData("size=-5", 400)]
    [InlineData("size=x", 400)]
    public async Task There_is_no_page_past_the_end_and_none_that_is_no_number(string parameter, int status)
    {
        var name = await AddAgentsAsync(11);
        var (actual, body) = await suite.Anybody.FetchAsync($"/api/agents/?name={name}&{parameter}");
        (actual, body[..11]).ShouldBe((status, "{\"detail\":\""));
    }

    [Fact]
    public async Task An_empty_list_has_one_page()
    {
        var name = ListingsClient.Unique();
        (await suite.Anybody.FetchAsync($"/api/agents/?name={name}")).ShouldBe((200, """{"count":0,"next":null,"previous":null,"results":[]}"""));
        (await suite.Anybody.FetchAsync($"/api/agents/?name={name}&page=2")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task Whoever_pages_through_agents_while_others_are_added_sees_each_once()
    {
        var name = await AddAgentsAsync(20);
        List<int> seen = [];
        for (string? next = $"/api/agents/?name={name}&size=3"; next is not null;)
        {
            var page = await suite.Anybody.GetJsonAsync(next);
            seen.AddRange(page.GetProperty("results").EnumerateArray().Select(agent => agent.GetProperty("agentid").GetInt32()));
            next = page.GetProperty("next").GetString();
            if (next is not null)
                await suite.Admin.CreateAsync("/api/agents/", new { name, tel = "1" });
        }

        seen.ShouldBeUnique();
        seen.ShouldBeInOrder();
        seen.Count.ShouldBe((await suite.Anybody.GetJsonAsync($"/api/agents/?name={name}")).GetProperty("count").GetInt32());
    }

    [Fact]
    public async Task A_count_of_houses_is_right_at_once_on_every_replica()
    {
        var word = ListingsClient.Unique()[..8];
        var body = await suite.BodyAsync("houseinfos");
        body["title"] = $"整租{word}";
        List<string> posted = [];
        for (var i = 0; i < 6; i++)
        {
            await CountsAsync(word, posted.Count);
            posted.Add($"/api/houseinfos/{await suite.Admin.CreateAsync("/api/houseinfos/", body)}/");
        }

        await CountsAsync(word, 6);
        body["title"] = "改了";
        (await suite.Admin.PutAsync(posted[0], body)).Status.ShouldBe(200);
        await CountsAsync(word, 5);
        (await suite.Admin.RemoveAsync(posted[1])).Status.ShouldBe(204);
        await CountsAsync(word, 4);

        async Task CountsAsync(string title, int expected)
        {
            for (var i = 0; i < 4; i++)
                (await suite.Anybody.GetJsonAsync($"/api/houseinfos/?title={title}")).GetProperty("count").GetInt32().ShouldBe(expected);
        }
    }

    [Fact]
    public async Task A_page_of_houses_shows_at_once_on_every_replica_what_changed_in_it()
    {
        var body = await suite.BodyAsync("houseinfos");
        var (agent, estate, type, tag) = (await suite.BodyAsync("agents"), await suite.BodyAsync("estates"), await suite.BodyAsync("housetypes"), await suite.BodyAsync("tags"));
        body["agentid"] = await suite.Admin.CreateAsync("/api/agents/", agent);
        body["estateid"] = await suite.Admin.CreateAsync("/api/estates/", estate);
        var tags = new[] { await suite.Admin.CreateAsync("/api/tags/", tag) };
        body["tags"] = tags;
        body["title"] = ListingsClient.Unique();
        var house = $"/api/houseinfos/{await suite.Admin.CreateAsync("/api/houseinfos/", body)}/";

        await ChangeAsync($"/api/agents/{body["agentid"]}/", agent, ("name", "陈子安"), ("tel", "13800000000"), ("servstar", 1));
        await ChangeAsync($"/api/estates/{body["estateid"]}/", estate, ("name", "银杏书院"), ("hot", 7));
        await ChangeAsync($"/api/housetypes/{body["typeid"]}/", type, ("name", "复式"));
        await ChangeAsync($"/api/tags/{tags[0]}/", tag, ("content", "有电梯"));
        await ChangeAsync(house, body, ("area", 12.5), ("detail", "改了"), ("mainphoto", "/x"), ("street", "学院路"), ("hassubway", false), ("tags", Array.Empty<int>()), ("agentid", null));

        async Task ChangeAsync(string path, Dictionary<string, object?> thing, params (string Field, object? Value)[] changes)
        {
            foreach (var (field, value) in changes)
            {
                thing[field] = value;
                (await suite.Admin.PutAsync(path, thing)).Status.ShouldBe(200);
                var expected = (await suite.Anybody.GetJsonAsync(house)).GetRawText();
                for (var i = 0; i < 4; i++)
                    (await suite.Anybody.GetJsonAsync($"/api/houseinfos/?title={body["title"]}")).GetProperty("results")[0].GetRawText().ShouldBe(expected, $"{path} {field}");
            }
        }
    }

    private async Task<string> AddAgentsAsync(int count, string prefix = "")
    {
        var name = ListingsClient.Unique(prefix);
        await Task.WhenAll(Enumerable.Range(0, count).Select(i => suite.Admin.CreateAsync("/api/agents/", new { name = name + i, tel = "13800000000" })));
        return name;
    }
}
