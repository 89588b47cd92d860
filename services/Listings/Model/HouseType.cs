namespace EmptyNumber.Listings.Model;

/// <summary>A layout of rooms (户型), such as 两室一厅.</summary>
internal sealed class HouseType
{
    public int Id { get; init; }

    public string Name { get; set; } = "";
}
