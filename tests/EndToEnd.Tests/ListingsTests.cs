using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace EmptyNumber.EndToEnd.Tests;

[Collection("suite")]
public sealed class ListingsTests(ReplicatedSuite replicated)
{
    [Fact]
    public async Task The_demo_agent_changes_a_demo_house_of_his_own_and_none_of_the_landlords()
    {
        using var agent = replicated.Suite.Connect();
        using var login = await agent.PostAsJsonAsync("/api/login/", new { username = "hellokitty", password = "123123" });
        agent.DefaultRequestHeaders.Add("token", (await login.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString());

        (await ChangeAsync(3)).ShouldBe(HttpStatusCode.OK);
        (await ChangeAsync(4)).ShouldBe(HttpStatusCode.Forbidden);

        async Task<HttpStatusCode> ChangeAsync(int house)
        {
            var change = new
            {
                title = "整租·幸福里",
                area = 50,
                floor = 1,
                totalfloor = 2,
                direction = "南",
                price = 3000,
                priceunit = "元/月",
                street = "深南东路",
                typeid = 1,
                distid = 440303,
            };
            using var response = await agent.PutAsJsonAsync($"/api/houseinfos/{house}/", change);
            return response.StatusCode;
        }
    }

    [Fact]
    public async Task The_photo_of_a_demo_house_comes_from_its_bucket()
    {
        using var browser = replicated.Suite.Connect();
        var house = await browser.GetFromJsonAsync<JsonElement>("/api/houseinfos/1/");
        using var photo = await browser.GetAsync(house.GetProperty("mainphoto").GetString());
        photo.StatusCode.ShouldBe(HttpStatusCode.OK);
        photo.Content.Headers.ContentType!.MediaType.ShouldBe("image/png");
    }
}
