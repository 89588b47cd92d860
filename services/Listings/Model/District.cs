namespace EmptyNumber.Listings.Model;

/// <summary>An administrative division (行政区划): a province, a city or a county, by its code of GB/T 2260.</summary>
/// <remarks>
/// The code is of three pairs of digits: province, city, county; a pair of zeros stands where the division is of a higher level.
/// So <c>510107</c> lies in <c>510100</c>, and that in <c>510000</c>.
/// </remarks>
internal sealed class District
{
    /// <summary>The code, six digits.</summary>
    public int Id { get; init; }

    public required string Name { get; init; }

    /// <summary>A description, empty where nobody has written one.</summary>
    public required string Intro { get; init; }

    /// <summary>The division that this one is part of; null for a province.</summary>
    public int? ParentId { get; init; }

    /// <summary>Whether it is among the popular cities (热门城市).</summary>
    public bool IsHot { get; init; }

    /// <summary>The code of the division that the one with this code is part of; null for a province.</summary>
    public static int? ParentOf(int id) =>
        id % 100 != 0 ? id / 100 * 100
        : id % 10_000 != 0 ? id / 10_000 * 10_000
        : null;
}
