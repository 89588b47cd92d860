using EmptyNumber.TestSupport;

namespace EmptyNumber.Listings.Tests;

[Collection("listings")]
public sealed class EstateTests(ListingsSuite suite)
{
    [Theory]
    [InlineData("")]
    [InlineData("/")]
    public async Task Estates_are_added_shown_changed_and_deleted_as_in_the_document(string slash)
    {
        var (status, body) = await suite.Admin.PostAsync("/api/estates" + slash, new { name = "世纪锦苑", hot = 100, distid = 510107 });
        var id = ListingsClient.Parse(body).GetProperty("estateid").GetInt32();
        (status, body).ShouldBe((201, $$"""{"estateid":{{id}},"district":510107,"name":"世纪锦苑","hot":100,"intro":""}"""));

        var agent = await suite.Admin.CreateAsync("/api/agents/", new { name = "郭志鹏", tel = "13686810707", servstar = 4 });
        var expected = $$"""
            {"estateid":{{id}},"district":{"distid":440303,"name":"罗湖区"},"agents":[{"agentid":{{agent}},"name":"郭志鹏","tel":"13686810707","servstar":4}],
            """ + "\"name\":\"幸福里\",\"hot\":0,\"intro\":\"近地铁\"}";
        (await suite.Admin.PutAsync($"/api/estates/{id}{slash}", new { name = "幸福里", intro = "近地铁", district = 440303, agents = new[] { agent } })).ShouldBe((200, expected));
        (await suite.Anybody.FetchAsync($"/api/estates/{id}{slash}")).ShouldBe((200, expected));
        (await suite.Admin.PutAsync($"/api/estates/{id}{slash}", new { name = "幸福里", intro = "近地铁", distid = 440303 })).ShouldBe((200, expected));
        (await suite.Admin.PutAsync($"/api/estates/{id}{slash}", new { name = "幸福里", distid = 440303, agents = Array.Empty<int>() }))
            .ShouldBe((200, $$"""{"estateid":{{id}},"district":{"distid":440303,"name":"罗湖区"},"agents":[],"name":"幸福里","hot":0,"intro":""}"""));

        (await suite.Admin.RemoveAsync($"/api/estates/{id}{slash}")).ShouldBe((204, ""));
        (await suite.Admin.RemoveAsync($"/api/estates/{id}{slash}")).ShouldBe((404, """{"detail":"Not Found"}"""));
        (await suite.Anybody.FetchAsync($"/api/estates/{id}{slash}")).ShouldBe((404, """{"detail":"Not Found"}"""));
    }

    [Fact]
    public async Task A_page_of_estates_has_the_form_of_the_document_hottest_first()
    {
        var name = ListingsClient.Unique();
        var ids = new List<int>();
        foreach (var hot in (int[])[7, 300, 7, 0])
            ids.Add(await suite.Admin.CreateAsync("/api/estates/", new { name = $"里{name}苑", hot, district = 440303 }));
        var page = await suite.Anybody.FetchAsync($"/api/estates/?name={name}&dist=440303&size=1");
        page.ShouldBe((200, $$"""
            {"count":4,"next":"{{suite.Gateway}}/api/estates/?name={{name}}&dist=440303&size=1&page=2","previous":null,
            """ + $$"""
            "results":[{"estateid":{{ids[1]}},"district":{"distid":440303,"name":"罗湖区"},"agents":[],"name":"里{{name}}苑","hot":300,"intro":""}]}
            """));
        (await suite.Anybody.WalkAsync($"/api/estates/?name={name}")).Select(estate => estate.GetProperty("estateid").GetInt32())
            .ShouldBe([ids[1], ids[0], ids[2], ids[3]]);
    }
}
