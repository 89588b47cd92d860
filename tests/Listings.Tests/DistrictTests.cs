using System.Text.Json;
using EmptyNumber.Listings.Infrastructure;
using EmptyNumber.TestSupport;

namespace EmptyNumber.Listings.Tests;

[Collection("listings")]
public sealed class DistrictTests(ListingsSuite suite)
{
    [Theory]
    [InlineData("")]
    [InlineData("/")]
    public async Task Provinces_are_listed_as_in_the_document(string slash)
    {
        var (status, body) = await suite.Anybody.FetchAsync("/api/districts" + slash);
        status.ShouldBe(200);
        body.ShouldStartWith("""[{"distid":110000,"name":"北京市"},{"distid":120000,"name":"天津市"},""");
        ListingsClient.Parse(body).GetArrayLength().ShouldBe(34);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    public async Task A_district_is_shown_as_in_the_document(string slash)
    {
        (await suite.Anybody.FetchAsync("/api/districts/510000" + slash)).Body.ShouldStartWith(
            """{"distid":510000,"name":"四川省","intro":"位于中国西南地区内陆，东连重庆，南邻云南、贵州，西接西藏，北界陕西、甘肃、青海，四川省总面积48.6万平方千米，省会成都。"""
            + """截至2018年底，四川省下辖18个省辖市，3个自治州，17个县级市，108个县，4个自治县，54个市辖区。","cities":["""
            + """{"distid":510100,"name":"成都市"},{"distid":510300,"name":"自贡市"},{"distid":510400,"name":"攀枝花市"},""");
        (await suite.Anybody.FetchAsync("/api/districts/110000" + slash))
            .ShouldBe((200, """{"distid":110000,"name":"北京市","intro":"","cities":[{"distid":110100,"name":"北京市"}]}"""));
        (await suite.Anybody.FetchAsync("/api/districts/440303" + slash)).ShouldBe((200, """{"distid":440303,"name":"罗湖区","intro":"","cities":[]}"""));
        (await suite.Anybody.FetchAsync("/api/districts/999999" + slash)).ShouldBe((404, """{"detail":"Not Found"}"""));
        (await suite.Anybody.FetchAsync("/api/districts/x" + slash)).ShouldBe((404, """{"detail":"Not Found"}"""));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    public async Task Popular_cities_begin_as_in_the_document(string slash) =>
        (await suite.Anybody.FetchAsync("/api/hotcities" + slash)).Body.ShouldStartWith(
            """[{"distid":110100,"name":"北京市"},{"distid":120100,"name":"天津市"},{"distid":130100,"name":"石家庄市"},""");

    [Fact]
    public async Task Whoever_walks_down_from_the_provinces_meets_every_division_once()
    {
        Dictionary<int, string> met = [];
        var children = new Queue<JsonElement>((await suite.Anybody.GetJsonAsync("/api/districts/")).EnumerateArray());
        while (children.TryDequeue(out var child))
        {
            var id = child.GetProperty("distid").GetInt32();
            met.Add(id, child.GetProperty("name").GetString()!);

            // What lies below counties is asked of one county in fifty.
            if (id % 100 != 0 && id % 50 != 1)
                continue;
            foreach (var part in (await suite.Anybody.GetJsonAsync($"/api/districts/{id}")).GetProperty("cities").EnumerateArray())
                children.Enqueue(part);
        }

        met.Keys.Count(id => id % 10_000 == 0).ShouldBe(34);
        met.Keys.Count(id => id % 10_000 != 0 && id % 100 == 0).ShouldBe(337 + 5);
        met.Keys.Count(id => id % 100 != 0).ShouldBe(2846 + 18 + 8);
        met.Count.ShouldBe((int)await suite.ScalarAsync<long>("select count(*) from districts"));
        met.Values.ShouldAllBe(name => name.Length > 0 && !name.Contains('-'));
        (met[310100], met[500100], met[500200], met[429000], met[659000], met[810001], met[510107])
            .ShouldBe(("上海市", "重庆市", "县", "省直辖县级行政区划", "自治区直辖县级行政区划", "中西区", "武侯区"));
    }

    [Fact]
    public async Task Migrations_make_the_schema_that_the_model_describes() =>
        (await Schema.DifferencesAsync<ListingsDb>(suite, "ix_houses_title")).ShouldBeEmpty();
}
