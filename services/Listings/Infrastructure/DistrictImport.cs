using EmptyNumber.Listings.Model;
using Npgsql;
using NpgsqlTypes;

namespace EmptyNumber.Listings.Infrastructure;

/// <summary>Loads the published list of administrative divisions, which the build puts beside the program.</summary>
internal static class DistrictImport
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Districts");

    /// <summary>The only intro that the API's document has.</summary>
    private static readonly Dictionary<int, string> Intros = new()
    {
        [510000] = "位于中国西南地区内陆，东连重庆，南邻云南、贵州，西接西藏，北界陕西、甘肃、青海，四川省总面积48.6万平方千米，省会成都。"
            + "截至2018年底，四川省下辖18个省辖市，3个自治州，17个县级市，108个县，4个自治县，54个市辖区。",
    };

    /// <summary>The five cities that are planned like provinces (计划单列市): 大连, 宁波, 厦门, 青岛, 深圳.</summary>
    private static readonly int[] PlannedLikeProvinces = [210200, 330200, 350200, 370200, 440300];

    /// <summary>Makes the districts those of the list; what refers to one keeps it.</summary>
    public static async Task ImportDistrictsAsync(this WebApplication app)
    {
        await using var connection = await app.Services.GetRequiredService<NpgsqlDataSource>().OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await ExecuteAsync("create temporary table published (like districts) on commit drop");
        await using (var copy = await connection.BeginBinaryImportAsync("copy published (id, name, intro, parent_id, is_hot) from stdin (format binary)"))
        {
            foreach (var district in Read())
            {
                await copy.StartRowAsync();
                await copy.WriteAsync(district.Id, NpgsqlDbType.Integer);
                await copy.WriteAsync(district.Name, NpgsqlDbType.Text);
                await copy.WriteAsync(district.Intro, NpgsqlDbType.Text);
                await copy.WriteAsync(district.ParentId, NpgsqlDbType.Integer);
                await copy.WriteAsync(district.IsHot, NpgsqlDbType.Boolean);
            }

            await copy.CompleteAsync();
        }

        await ExecuteAsync("""
            insert into districts select * from published
            on conflict (id) do update set name = excluded.name, intro = excluded.intro, parent_id = excluded.parent_id, is_hot = excluded.is_hot
            where districts is distinct from excluded
            """);
        await transaction.CommitAsync();

        async Task ExecuteAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection, transaction);
            await command.ExecuteNonQueryAsync();
        }
    }

    /// <summary>All divisions of the list, whoever is part of another behind it.</summary>
    internal static IEnumerable<District> Read()
    {
        var provinces = ReadFile("province");
        var counties = ((string[])["area", "hongkong", "macau"]).SelectMany(ReadFile).ToList();
        var cities = ReadFile("city").Select(city => (city.Id, Name: Directly(city.Name))).ToDictionary(city => city.Id, city => city.Name);
        var names = provinces.ToDictionary(province => province.Id, province => province.Name);

        // The list leaves out the divisions between a municipality and its districts; the standard has 110100 市辖区 and 500200 县.
        foreach (var city in counties.Select(county => District.ParentOf(county.Id)!.Value).Where(city => !names.ContainsKey(city)))
            cities.TryAdd(city, city % 10_000 == 100 ? names[District.ParentOf(city)!.Value] : "县");

        return provinces.Concat(cities.Select(city => (city.Key, city.Value))).Concat(counties).Select(division => Create(division.Item1, division.Item2));
    }

    private static District Create(int id, string name) => new()
    {
        Id = id,
        Name = name,
        Intro = Intros.GetValueOrDefault(id, ""),
        ParentId = District.ParentOf(id),
        // The seat of a province's government is its first city.
        IsHot = id % 10_000 == 100 || PlannedLikeProvinces.Contains(id),
    };

    /// <summary>What is administered by the province directly has a name like <c>湖北省-自治区直辖县级行政区划</c> in the list.</summary>
    private static string Directly(string name) => name.Split('-') is [var province, _]
        ? (province.EndsWith("自治区", StringComparison.Ordinal) ? "自治区" : "省") + "直辖县级行政区划"
        : name;

    private static List<(int Id, string Name)> ReadFile(string file) =>
    [
        .. from line in File.ReadLines(Path.Combine(Folder, file + ".csv")).Skip(1)
           let fields = line.Split(',')
           select (int.Parse(fields[0]), fields[1]),
    ];
}
