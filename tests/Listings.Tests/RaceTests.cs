namespace EmptyNumber.Listings.Tests;

/// <summary>Whoever meets somebody else's change of the same things, on whichever replica, is told so, and no request fails by it.</summary>
[Collection("listings")]
public sealed class RaceTests(ListingsSuite suite)
{
    private const int Rounds = 12;
    private const int AtOnce = 24;

    [Fact]
    public async Task A_house_takes_changes_one_after_another_until_it_is_deleted()
    {
        var body = await suite.BodyAsync("houseinfos");
        var tags = await AddAsync("tags", 6);
        for (var round = 0; round < Rounds; round++)
        {
            int[] houses = [await suite.Admin.CreateAsync("/api/houseinfos/", body), await suite.Admin.CreateAsync("/api/houseinfos/", body)];
            var changing = Enumerable.Range(1, AtOnce).Select(i => suite.Admin.PutAsync(
                $"/api/houseinfos/{houses[i % 2]}/", new Dictionary<string, object?>(body) { ["price"] = i, ["tags"] = Some(tags) })).ToList();
            var deleting = suite.Admin.RemoveAsync($"/api/houseinfos/{houses[0]}/");

            foreach (var answer in await Task.WhenAll(changing.Where((_, i) => i % 2 == 0)))
                answer.Status.ShouldBe(200, answer.Body);
            foreach (var answer in await Task.WhenAll(changing))
                answer.Status.ShouldBeOneOf([200, 404], answer.Body);
            (await deleting).ShouldBe((204, ""));
        }
    }

    [Fact]
    public async Task Links_between_agents_and_estates_are_written_from_both_ends_at_once()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var ids = new Dictionary<string, int[]> { ["agents"] = await AddAsync("agents", 3), ["estates"] = await AddAsync("estates", 3) };
            var answers = await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(async i =>
            {
                var (resource, others) = i % 2 == 0 ? ("agents", "estates") : ("estates", "agents");
                var path = $"/api/{resource}/{ids[resource][i % 3]}/";
                if (i / 6 == round % 4 && i % 3 == 0)
                    return await suite.Admin.RemoveAsync(path);
                var body = await suite.BodyAsync(resource);
                body["name"] = $"{i}";
                body[others] = Some(ids[others]);
                return await suite.Admin.PutAsync(path, body);
            }));
            foreach (var answer in answers)
                answer.Status.ShouldBeOneOf([200, 204, 400, 404, 409], answer.Body);
        }
    }

    private async Task<int[]> AddAsync(string resource, int count)
    {
        var body = await suite.BodyAsync(resource);
        return await Task.WhenAll(Enumerable.Range(0, count).Select(_ => suite.Admin.CreateAsync($"/api/{resource}/", body)));
    }

    private static int[] Some(int[] ids) => [.. ids.Where(_ => Random.Shared.Next(2) == 0)];
}
