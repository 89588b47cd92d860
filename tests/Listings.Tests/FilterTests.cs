using EmptyNumber.TestSupport;

namespace EmptyNumber.Listings.Tests;

/// <summary>Every filter, alone and with others, against the plain meaning of its words.</summary>
[Collection("listings")]
public sealed class FilterTests(ListingsSuite suite)
{
    private const int Draws = 60;

    /// <summary>Codes of counties, of a city that has none, and of a county that a province administers itself.</summary>
    private static readonly int[] Districts = [440303, 440304, 440103, 510107, 441900, 429004, 110101, 810001];

    private static readonly string[] Words = ["整租", "合租", "幸福里", "地铁", "地", "Loft", "loft", "100%", "_", "\\", "南北通透", "😀", "e\u0301", "'", "two  blanks"];

    private readonly Random _random = new(20261121);

    [Fact]
    public async Task Houses()
    {
        var types = new Dictionary<string, int>();
        foreach (var name in (string[])[ListingsClient.Unique(), ListingsClient.Unique(), ListingsClient.Unique()])
            types[name] = await suite.Admin.CreateAsync("/api/housetypes/", new { name });
        var body = await suite.BodyAsync("houseinfos");
        for (var i = 0; i < 80; i++)
        {
            body["title"] = string.Concat(Enumerable.Range(0, _random.Next(1, 4)).Select(_ => Pick(Words)));
            body["distid"] = Pick(Districts);
            body["typeid"] = Pick(types.Values);
            body["price"] = _random.Next(20) * 100;
            body["area"] = _random.Next(30, 40) + 0.25 * _random.Next(4);
            body["pubdate"] = $"2026-0{_random.Next(1, 4)}-15";
            await suite.Admin.CreateAsync("/api/houseinfos/", body);
        }

        var all = (await suite.Anybody.WalkAsync("/api/houseinfos/?size=50")).Select(house => new
        {
            Id = house.GetProperty("houseid").GetInt32(),
            Title = house.GetProperty("title").GetString()!,
            District = house.GetProperty("district").GetProperty("distid").GetInt32(),
            Type = types.GetValueOrDefault(house.GetProperty("type").GetString()!, -1),
            Price = house.GetProperty("price").GetInt32(),
            Area = house.GetProperty("area").GetDouble(),
            Published = house.GetProperty("pubdate").GetString()!,
        }).ToList();
        all.Count.ShouldBeGreaterThanOrEqualTo(80);

        string[] titles = [.. Words, "租幸", "没有这个词"];
        int[] places = [.. Districts, 440300, 440100, 510100, 429000, 110100, 440000, 810000, 999999];
        await CompareAsync("/api/houseinfos/", "houseid", ["title", "dist", "min_price", "max_price", "type", "ordering"], name => name switch
        {
            "title" => Pick(titles),
            "dist" => $"{Pick(places)}",
            "type" => $"{Pick([.. types.Values, 0])}",
            "ordering" => Pick(["price", "-price", "area", "pubdate", ""]),
            _ => $"{_random.Next(-1, 21) * 100}",
        }, wanted =>
        {
            var found = all.Where(house =>
                (!wanted.TryGetValue("title", out var title) || house.Title.Contains(title, StringComparison.Ordinal))
                && (!wanted.TryGetValue("dist", out var place) || $"{house.District}" == place || $"{house.District}"[..4] + "00" == place)
                && (!wanted.TryGetValue("min_price", out var least) || house.Price >= int.Parse(least))
                && (!wanted.TryGetValue("max_price", out var most) || house.Price <= int.Parse(most))
                && (!wanted.TryGetValue("type", out var type) || house.Type == int.Parse(type))).OrderBy(house => house.Id);
            return wanted.GetValueOrDefault("ordering", "") switch
            {
                "-price" => found.OrderByDescending(house => house.Price).Select(house => house.Id),
                "area" => found.OrderBy(house => house.Area).Select(house => house.Id),
                "pubdate" => found.OrderBy(house => house.Published, StringComparer.Ordinal).Select(house => house.Id),
                _ => found.OrderBy(house => house.Price).Select(house => house.Id),
            };
        });
    }

    [Fact]
    public async Task Estates()
    {
        for (var i = 0; i < 40; i++)
            await suite.Admin.CreateAsync("/api/estates/", new { name = Pick(Words) + Pick(Words), hot = _random.Next(5), distid = Pick(Districts) });
        var all = (await suite.Anybody.WalkAsync("/api/estates/?size=50")).Select(estate => new
        {
            Id = estate.GetProperty("estateid").GetInt32(),
            Name = estate.GetProperty("name").GetString()!,
            District = $"{estate.GetProperty("district").GetProperty("distid").GetInt32()}",
            Hot = estate.GetProperty("hot").GetInt32(),
        }).ToList();
        await CompareAsync("/api/estates/", "estateid", ["name", "dist"], name => name == "name" ? Pick(Words) : $"{Pick([.. Districts, 440300])}", wanted => all
            .Where(estate => estate.Name.Contains(wanted.GetValueOrDefault("name", ""), StringComparison.Ordinal)
                && (!wanted.TryGetValue("dist", out var district) || estate.District == district))
            .OrderByDescending(estate => estate.Hot).ThenBy(estate => estate.Id).Select(estate => estate.Id));
    }

    [Fact]
    public async Task Agents()
    {
        for (var i = 0; i < 40; i++)
            await suite.Admin.CreateAsync("/api/agents/", new { name = Pick(Words) + Pick(Words), tel = "1", servstar = _random.Next(6), certificated = _random.Next(2) });
        var all = (await suite.Anybody.WalkAsync("/api/agents/?size=50")).Select(agent => new
        {
            Id = agent.GetProperty("agentid").GetInt32(),
            Name = agent.GetProperty("name").GetString()!,
            Stars = agent.GetProperty("servstar").GetInt32(),
            Certificated = agent.GetProperty("certificated").GetBoolean(),
        }).ToList();
        await CompareAsync("/api/agents/", "agentid", ["name", "key", "star", "cert"], name => name switch
        {
            "name" => Pick(Words),
            "cert" => $"{_random.Next(2)}",
            _ => $"{_random.Next(7)}",
        }, wanted => all
            .Where(agent => agent.Name.StartsWith(wanted.GetValueOrDefault("name", ""), StringComparison.Ordinal)
                && agent.Stars >= int.Parse(wanted.GetValueOrDefault("key", wanted.GetValueOrDefault("star", "0")))
                && (!wanted.TryGetValue("cert", out var cert) || agent.Certificated == (cert == "1")))
            .OrderBy(agent => agent.Id).Select(agent => agent.Id));
    }

    [Theory]
    [InlineData("/api/agents/?name=&key=&star=&cert=&page=&size=")]
    [InlineData("/api/estates/?name=&dist=")]
    [InlineData("/api/houseinfos/?title=&dist=&min_price=&max_price=&type=&ordering=")]
    public async Task A_filter_that_is_left_empty_is_none(string path)
    {
        await suite.ItemAsync(path.Split('/')[2], suite.Admin);
        (await suite.Anybody.GetJsonAsync(path)).GetProperty("count").GetInt32().ShouldBe((await suite.Anybody.GetJsonAsync(path[..path.IndexOf('?')])).GetProperty("count").GetInt32());
    }

    [Theory]
    [InlineData("agents", "cert=2", "key=x", "star=1.5", "name=a%00b")]
    [InlineData("estates", "dist=x", "dist=99999999999", "name=%00")]
    [InlineData("houseinfos", "dist=x", "min_price=x", "max_price=1.5", "type=x", "ordering=id", "ordering=price;drop", "title=%00")]
    [InlineData("tags", "count=0", "count=-1", "count=x", "count=1001")]
    public async Task A_filter_that_makes_no_sense_is_refused_and_named(string resource, params string[] queries)
    {
        foreach (var query in queries)
        {
            var (status, body) = await suite.Anybody.FetchAsync($"/api/{resource}/?{query}");
            (status, body.StartsWith("{\"detail\":\"")).ShouldBe((400, true), query);
            body.ShouldContain(query.Split('=')[0].Replace("_", ""), Case.Insensitive, query);
        }
    }

    /// <summary>Draws values for every set of filters, and compares what comes back page by page with what ought to.</summary>
    private async Task CompareAsync(
        string path, string id, string[] names, Func<string, string> draw, Func<Dictionary<string, string>, IEnumerable<int>> expect)
    {
        var found = 0;
        for (var set = 0; set < 1 << names.Length; set++)
        {
            for (var i = 0; i < Math.Max(1, Draws >> names.Length) + (int.PopCount(set) == 1 ? 8 : 0); i++)
            {
                var wanted = names.Where((_, place) => (set >> place & 1) == 1).ToDictionary(name => name, draw);
                var query = string.Join('&', wanted.Select(parameter => $"{parameter.Key}={Uri.EscapeDataString(parameter.Value)}"));
                var rows = await suite.Anybody.WalkAsync($"{path}?{query}&size=50");
                rows.Select(row => row.GetProperty(id).GetInt32()).ShouldBe(expect(wanted), query);
                (await suite.Anybody.GetJsonAsync($"{path}?{query}")).GetProperty("count").GetInt32().ShouldBe(rows.Count, query);
                found += rows.Count;
            }
        }

        found.ShouldBeGreaterThan(0);
    }

    private T Pick<T>(IReadOnlyCollection<T> values) => values.ElementAt(_random.Next(values.Count));
}
