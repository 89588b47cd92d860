namespace EmptyNumber.Listings.Model;

/// <summary>A tag (房源标签) that houses can have, such as 近地铁.</summary>
internal sealed class Tag
{
    public int Id { get; init; }

    public string Content { get; set; } = "";
}
