using System.Text.Json;
using Microsoft.EntityFrameworkCore;

namespace EmptyNumber.DialerCoordinator.Tests;

[Collection("coordinator")]
public sealed class DoNotCallTests(CoordinatorServers servers)
{
    [Fact]
    public async Task Numbers_are_put_on_the_list_found_and_taken_from_it()
    {
        await using var service = await CoordinatorService.StartAsync(servers);
        var @operator = service.NewOperator();

        (await @operator.PostAsync("/do-not-call/", """{"numbers":["+86 138-0013-8002",13800138001,"13900139000","13800138001"],"reason":"投诉"}"""))
            .ToString().ShouldBe("""{"added":3,"updated":0}""");
        (await @operator.PostAsync("/do-not-call", """{"numbers":["13800138001"]}""")).ToString().ShouldBe("""{"added":0,"updated":1}""");

        var first = await @operator.GetAsync("/do-not-call/?limit=2");
        Numbers(first).ShouldBe(["13800138001", "13800138002"]);
        first.GetProperty("numbers")[1].GetProperty("reason").GetString().ShouldBe("投诉");
        first.GetProperty("numbers")[0].GetProperty("reason").GetString().ShouldBe("");
        var second = await @operator.GetAsync($"/do-not-call?limit=2&after={first.GetProperty("next")}");
        Numbers(second).ShouldBe(["13900139000"]);
        second.GetProperty("next").ValueKind.ShouldBe(JsonValueKind.Null);
        Numbers(await @operator.GetAsync("/do-not-call?number=139")).ShouldBe(["13900139000"]);

        await @operator.SendAsync("DELETE", "/do-not-call/13900139000/");
        await @operator.SendAsync("DELETE", "/do-not-call/+8613900139000", 404);
        await @operator.SendAsync("DELETE", "/do-not-call/139", 400);
        Numbers(await @operator.GetAsync("/do-not-call")).Length.ShouldBe(2);
    }

    [Fact]
    public async Task Bad_numbers_are_told_by_their_place_and_nothing_is_stored()
    {
        await using var service = await CoordinatorService.StartAsync(servers, replicas: 1);

        var data = await service.NewOperator().PostAsync("/do-not-call", """{"numbers":["13800138001","12",null,true]}""", 400);

        data.ToString().ShouldBe("""{"invalid":[{"index":1,"number":"12"},{"index":2,"number":"null"},{"index":3,"number":"true"}]}""");
        (await service.QueryAsync(db => db.DoNotCall.CountAsync())).ShouldBe(0);
    }

    [Theory]
    [InlineData("""{"numbers":[]}""")]
    [InlineData("{}")]
    [InlineData("""{"numbers":"13800138001"}""")]
    [InlineData("[]")]
    public async Task What_is_no_list_of_numbers_is_refused(string body)
    {
        await using var service = await CoordinatorService.StartAsync(servers, replicas: 1);
        await service.NewOperator().PostAsync("/do-not-call", body, 400);
        await service.NewOperator().PostAsync("/do-not-call", $$"""{"numbers":["13800138001"],"reason":"{{new string('x', 201)}}"}""", 400);
    }

    private static string[] Numbers(JsonElement page) => [.. page.GetProperty("numbers").EnumerateArray().Select(item => item.GetProperty("number").GetString()!)];
}
