using EmptyNumber.TestSupport;

namespace EmptyNumber.Listings.Tests;

[Collection("listings")]
public sealed class AgentTests(ListingsSuite suite)
{
    [Theory]
    [InlineData("")]
    [InlineData("/")]
    public async Task Agents_are_added_shown_changed_and_deleted_as_in_the_document(string slash)
    {
        var (status, body) = await suite.Admin.PostAsync("/api/agents" + slash, new { name = "孙小美", tel = "13800991234" });
        var id = ListingsClient.Parse(body).GetProperty("agentid").GetInt32();
        (status, body).ShouldBe((201, $$"""
            {"agentid":{{id}},"estates":[],"name":"孙小美","tel":"13800991234","servstar":0,"realstar":0,"profstar":0,"certificated":false}
            """));
        (await suite.Anybody.FetchAsync($"/api/agents/{id}{slash}")).ShouldBe((200, body));

        var home = await suite.Admin.CreateAsync("/api/estates/", new { name = "今日家园", hot = 20, distid = 440303 });
        var city = await suite.Admin.CreateAsync("/api/estates/", new { name = "万科城市花园", hot = 22, distid = 440303 });
        var expected = $$"""
            {"agentid":{{id}},"estates":[{"estateid":{{home}},"name":"今日家园","hot":20},{"estateid":{{city}},"name":"万科城市花园","hot":22}],
            """ + "\"name\":\"袁晓梦\",\"tel\":\"158173555285\",\"servstar\":5,\"realstar\":4,\"profstar\":3,\"certificated\":true}";
        var change = new { name = "袁晓梦", tel = "158173555285", servstar = 5, realstar = 4, profstar = 3, certificated = 1 };
        (await suite.Admin.PutAsync($"/api/agents/{id}{slash}", new { change.name, change.tel, change.servstar, change.realstar, change.profstar, change.certificated, estates = new[] { city, home, city } }))
            .ShouldBe((200, expected));
        // As in the document, who does not speak of estates leaves them alone.
        (await suite.Admin.PutAsync($"/api/agents/{id}{slash}", change)).ShouldBe((200, expected));
        (await suite.Admin.PutAsync($"/api/agents/{id}{slash}", new { name = "袁", tel = "1", estates = Array.Empty<int>() })).ShouldBe((200, $$"""
            {"agentid":{{id}},"estates":[],"name":"袁","tel":"1","servstar":0,"realstar":0,"profstar":0,"certificated":false}
            """));

        (await suite.Admin.RemoveAsync($"/api/agents/{id}{slash}")).ShouldBe((204, ""));
        (await suite.Admin.RemoveAsync($"/api/agents/{id}{slash}")).ShouldBe((404, """{"detail":"Not Found"}"""));
        (await suite.Admin.PutAsync($"/api/agents/{id}{slash}", change)).ShouldBe((404, """{"detail":"Not Found"}"""));
        (await suite.Anybody.FetchAsync($"/api/agents/{id}{slash}")).ShouldBe((404, """{"detail":"Not Found"}"""));
    }

    [Fact]
    public async Task A_page_of_agents_has_the_form_of_the_document()
    {
        var name = ListingsClient.Unique("肖利丽");
        var estate = await suite.Admin.CreateAsync("/api/estates/", new { name = "灵芝新村", hot = 20, distid = 440303 });
        var id = await suite.Admin.CreateAsync("/api/agents/", new { name, tel = "13040813886", servstar = 4, realstar = 4, profstar = 4, estates = new[] { estate } });
        (await suite.Anybody.FetchAsync($"/api/agents/?name={name}&key=4&cert=0")).ShouldBe((200, $$"""
            {"count":1,"next":null,"previous":null,"results":[{"agentid":{{id}},"estates":[{"estateid":{{estate}},"name":"灵芝新村","hot":20}],"name":"{{name}}",
            """ + "\"tel\":\"13040813886\",\"servstar\":4,\"realstar\":4,\"profstar\":4,\"certificated\":false}]}"));
    }

    [Fact]
    public async Task Deleting_an_agent_or_an_estate_parts_them()
    {
        var estate = await suite.Admin.CreateAsync("/api/estates/", new { name = "幸福里", distid = 440303 });
        var agent = await suite.Admin.CreateAsync("/api/agents/", new { name = "杨伟", tel = "13352939550", estates = new[] { estate } });
        (await suite.Anybody.GetJsonAsync($"/api/estates/{estate}")).GetProperty("agents").GetArrayLength().ShouldBe(1);
        (await suite.Admin.RemoveAsync($"/api/agents/{agent}/")).Status.ShouldBe(204);
        (await suite.Anybody.GetJsonAsync($"/api/estates/{estate}")).GetProperty("agents").GetArrayLength().ShouldBe(0);
    }
}
