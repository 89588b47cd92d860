using System.Globalization;
using EmptyNumber.ServiceDefaults.Authentication;
using EmptyNumber.TestSupport;

namespace EmptyNumber.Listings.Tests;

[Collection("listings")]
public sealed class HouseTests(ListingsSuite suite)
{
    private const string NotFound = """{"detail":"Not Found"}""";

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    public async Task A_house_is_posted_shown_changed_and_deleted(string slash)
    {
        var type = await suite.Admin.CreateAsync("/api/housetypes/", new { name = "两室一厅" });
        var estate = await suite.Admin.CreateAsync("/api/estates/", new { name = "幸福里", hot = 300, distid = 440303 });
        var agent = await suite.Admin.CreateAsync("/api/agents/", new { name = "杨伟", tel = "13352939550", servstar = 3 });
        var subway = await suite.Admin.CreateAsync("/api/tags/", new { content = "近地铁" });
        var view = await suite.Admin.CreateAsync("/api/tags/", new { content = "随时看房" });
        var landlord = suite.As(Roles.Landlord);
        var body = await suite.BodyAsync("houseinfos");
        body["typeid"] = type;

        foreach (var (name, value) in new Dictionary<string, object> { ["estateid"] = estate, ["agentid"] = agent, ["tags"] = new[] { view, subway, view } })
            body[name] = value;
        var before = Today();
        var (status, answer) = await landlord.PostAsync("/api/houseinfos" + slash, body);
        var after = Today();
        status.ShouldBe(201, answer);
        var id = ListingsClient.Parse(answer).GetProperty("houseid").GetInt32();
        answer.ShouldBe($$"""
            {"houseid":{{id}},"title":"整租·幸福里 两室一厅","area":89.5,"floor":12,"totalfloor":30,"direction":"南","price":3200,"priceunit":"元/月","detail":"家具齐全",
            """ + $$"""
            "mainphoto":"","pubdate":"2026-05-06","street":"深南东路","hassubway":true,"isshared":false,"hasagentfees":false,"type":"两室一厅",
            """ + $$"""
            "district":{"distid":440303,"name":"罗湖区"},"estate":{"estateid":{{estate}},"name":"幸福里","hot":300},
            """ + $$"""
            "agent":{"agentid":{{agent}},"name":"杨伟","tel":"13352939550","servstar":3},"tags":["近地铁","随时看房"]}
            """);
        (await suite.Anybody.FetchAsync($"/api/houseinfos/{id}{slash}")).ShouldBe((200, answer));

        foreach (var optional in (string[])["detail", "mainphoto", "pubdate", "hassubway", "isshared", "hasagentfees", "estateid", "agentid", "tags"])
            body.Remove(optional);
        var pubdate = ListingsClient.Parse((await landlord.PutAsync($"/api/houseinfos/{id}{slash}", body)).Body).GetProperty("pubdate").GetString()!;
        pubdate.ShouldBeOneOf(before, after);
        var changed = answer[..answer.IndexOf("\"detail\"", StringComparison.Ordinal)] + $$"""
            "detail":"","mainphoto":"","pubdate":"{{pubdate}}","street":"深南东路","hassubway":false,"isshared":false,"hasagentfees":false,"type":"两室一厅",
            """ + """
            "district":{"distid":440303,"name":"罗湖区"},"estate":null,"agent":null,"tags":[]}
            """;
        (await landlord.PutAsync($"/api/houseinfos/{id}{slash}", body)).ShouldBe((200, changed));
        (await suite.Anybody.FetchAsync($"/api/houseinfos/{id}{slash}")).ShouldBe((200, changed));

        (await landlord.RemoveAsync($"/api/houseinfos/{id}{slash}")).ShouldBe((204, ""));
        (await landlord.RemoveAsync($"/api/houseinfos/{id}{slash}")).ShouldBe((404, NotFound));
        (await landlord.PutAsync($"/api/houseinfos/{id}{slash}", body)).ShouldBe((404, NotFound));
        (await suite.Anybody.FetchAsync($"/api/houseinfos/{id}{slash}")).ShouldBe((404, NotFound));

        static string Today() => TimeZoneInfo.ConvertTimeBySystemTimeZoneId(DateTimeOffset.UtcNow, "Asia/Shanghai").ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    public async Task House_types_are_a_plain_list(string slash)
    {
        var (status, answer) = await suite.Admin.PostAsync("/api/housetypes" + slash, new { name = "复式" });
        var id = ListingsClient.Parse(answer).GetProperty("typeid").GetInt32();
        (status, answer).ShouldBe((201, $$"""{"typeid":{{id}},"name":"复式"}"""));
        (await suite.Anybody.FetchAsync($"/api/housetypes/{id}{slash}")).ShouldBe((200, answer));
        (await suite.Anybody.FetchAsync("/api/housetypes" + slash)).Body.ShouldEndWith(answer + "]");
        (await suite.Admin.PutAsync($"/api/housetypes/{id}{slash}", new { name = "别墅" })).ShouldBe((200, $$"""{"typeid":{{id}},"name":"别墅"}"""));
        (await suite.Admin.RemoveAsync($"/api/housetypes/{id}{slash}")).ShouldBe((204, ""));
        (await suite.Admin.RemoveAsync($"/api/housetypes/{id}{slash}")).ShouldBe((404, NotFound));
        (await suite.Admin.PutAsync($"/api/housetypes/{id}{slash}", new { name = "别墅" })).ShouldBe((404, NotFound));
        (await suite.Anybody.FetchAsync($"/api/housetypes/{id}{slash}")).ShouldBe((404, NotFound));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    public async Task Tags_come_in_pages_or_at_random(string slash)
    {
        var (status, answer) = await suite.Admin.PostAsync("/api/tags" + slash, new { content = "精装修" });
        var id = ListingsClient.Parse(answer).GetProperty("tagid").GetInt32();
        (status, answer).ShouldBe((201, $$"""{"tagid":{{id}},"content":"精装修"}"""));
        (await suite.Anybody.FetchAsync($"/api/tags/{id}{slash}")).ShouldBe((200, answer));
        (await suite.Admin.PutAsync($"/api/tags/{id}{slash}", new { content = "朝南" })).ShouldBe((200, $$"""{"tagid":{{id}},"content":"朝南"}"""));

        for (var i = 0; i < 12; i++)
            await suite.Admin.CreateAsync("/api/tags/", new { content = $"标签{i}" });
        var all = (await suite.Anybody.WalkAsync($"/api/tags{slash}?size=50")).Select(tag => tag.GetRawText()).ToList();
        all.ShouldContain($$"""{"tagid":{{id}},"content":"朝南"}""");
        all.ShouldBeUnique();

        List<string> draws = [];
        for (var draw = 0; draw < 10; draw++)
        {
            var some = (await suite.Anybody.GetJsonAsync($"/api/tags{slash}?count=5")).EnumerateArray().Select(tag => tag.GetRawText()).ToList();
            some.Count.ShouldBe(5);
            some.ShouldBeUnique();
            some.ShouldBeSubsetOf(all);
            draws.Add(string.Join(',', some));
        }

        draws.Distinct().Count().ShouldBeGreaterThan(1);
        (await suite.Anybody.GetJsonAsync($"/api/tags{slash}?count=1000")).GetArrayLength().ShouldBe(all.Count);

        (await suite.Admin.RemoveAsync($"/api/tags/{id}{slash}")).ShouldBe((204, ""));
        (await suite.Admin.RemoveAsync($"/api/tags/{id}{slash}")).ShouldBe((404, NotFound));
        (await suite.Admin.PutAsync($"/api/tags/{id}{slash}", new { content = "朝南" })).ShouldBe((404, NotFound));
    }

    [Fact]
    public async Task Nothing_that_is_referred_to_can_be_deleted()
    {
        var body = await suite.BodyAsync("houseinfos");
        body["estateid"] = await suite.Admin.CreateAsync("/api/estates/", await suite.BodyAsync("estates"));
        body["agentid"] = await suite.Admin.CreateAsync("/api/agents/", await suite.BodyAsync("agents"));
        var tag = await suite.Admin.CreateAsync("/api/tags/", await suite.BodyAsync("tags"));
        body["tags"] = new[] { tag };
        var house = await suite.Admin.CreateAsync("/api/houseinfos/", body);

        string[] paths = [$"/api/housetypes/{body["typeid"]}/", $"/api/estates/{body["estateid"]}/", $"/api/agents/{body["agentid"]}/", $"/api/tags/{tag}/"];
        foreach (var path in paths)
        {
            var (status, answer) = await suite.Admin.RemoveAsync(path);
            (status, answer[..11]).ShouldBe((409, "{\"detail\":\""), path);
            (await suite.Anybody.FetchAsync(path)).Status.ShouldBe(200, path);
        }

        await suite.Admin.RemoveAsync($"/api/houseinfos/{house}/");
        foreach (var path in paths)
            (await suite.Admin.RemoveAsync(path)).ShouldBe((204, ""), path);
    }

    [Theory]
    [InlineData("houseinfos", "typeid", 999_999_999)]
    [InlineData("houseinfos", "distid", 999_999)]
    [InlineData("houseinfos", "estateid", 999_999_999)]
    [InlineData("houseinfos", "agentid", 999_999_999)]
    [InlineData("houseinfos", "tags", new[] { 999_999_999 })]
    [InlineData("estates", "distid", 110)]
    [InlineData("estates", "agents", new[] { 0 })]
    [InlineData("agents", "estates", new[] { -1 })]
    public async Task What_refers_to_nothing_is_refused_and_named(string resource, string field, object value)
    {
        var path = await suite.ItemAsync(resource, suite.Admin);
        var (before, count) = (await suite.Anybody.FetchAsync(path), await CountAsync());
        var body = await suite.BodyAsync(resource);
        body[field] = value;
        string refusal = $$$"""{"detail":"{{{field}}}: There is none with this id.","fields":{"{{{field}}}":"There is none with this id."}}""";
        (await suite.Admin.PostAsync($"/api/{resource}/", body)).ShouldBe((400, refusal));
        (await suite.Admin.PutAsync(path, body)).ShouldBe((400, refusal));
        (await suite.Anybody.FetchAsync(path)).ShouldBe(before);
        (await CountAsync()).ShouldBe(count);

        async Task<long> CountAsync() => (await suite.Anybody.GetJsonAsync($"/api/{resource}/")).GetProperty("count").GetInt64();
    }
}
