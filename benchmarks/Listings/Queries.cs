namespace EmptyNumber.Benchmarks.Listings;

/// <summary>What people look for: mostly in one district or city, often within a price, the first pages.</summary>
internal static class Queries
{
    private static readonly string[] Words = ["幸福", "家园", "地铁", "整租", "精装修", "世纪花园", "公馆", "两室"];

    /// <summary>Draws so many paths, among which popular ones come again and again.</summary>
    /// <param name="count">How many.</param>
    /// <param name="districts">Districts, popular ones first.</param>
    public static string[] Draw(int count, int[] districts)
    {
        var random = new Random(20261121);
        return [.. Enumerable.Range(0, count).Select(_ => "/api/houseinfos/?" + string.Join('&', Parameters(random, districts)))];
    }

    private static IEnumerable<string> Parameters(Random random, int[] districts)
    {
        var place = districts[(int)(Math.Pow(random.NextDouble(), 4) * districts.Length)];
        var kind = random.Next(100);
        if (kind < 55)
            yield return $"dist={place}";
        else if (kind < 85)
            yield return $"dist={place / 100 * 100}";
        if (kind % 2 == 0)
        {
            var least = 1000 * random.Next(8);
            yield return $"min_price={least}&max_price={least + 2000}";
        }

        if (kind % 3 == 0)
            yield return $"type={random.Next(1, 9)}";
        if (kind % 7 == 0)
            yield return $"title={Uri.EscapeDataString(Words[random.Next(Words.Length)])}";
        if (kind % 5 == 0)
            yield return $"page={random.Next(2, 5)}";
        if (kind % 11 == 0)
            yield return "size=20";
    }
}
