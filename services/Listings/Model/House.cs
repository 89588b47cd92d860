namespace EmptyNumber.Listings.Model;

/// <summary>A house or flat that somebody offers (房源).</summary>
internal sealed class House
{
    public int Id { get; init; }

    /// <summary>The user who posted it.</summary>
    public long UserId { get; init; }

    /// <summary>When it was posted, UTC.</summary>
    public DateTimeOffset PostedAt { get; init; }

    public string Title { get; set; } = "";

    /// <summary>Area in square metres, to two decimals.</summary>
    public double Area { get; set; }

    /// <summary>The storey; negative below ground.</summary>
    public int Floor { get; set; }

    /// <summary>Storeys of the building.</summary>
    public int TotalFloor { get; set; }

    /// <summary>Where the windows look (朝向).</summary>
    public string Direction { get; set; } = "";

    /// <summary>The price, in <see cref="PriceUnit"/>.</summary>
    public int Price { get; set; }

    /// <summary>Such as 元/月.</summary>
    public string PriceUnit { get; set; } = "";

    public string Detail { get; set; } = "";

    /// <summary>Address of the photo that stands for the house; empty where there is none.</summary>
    public string MainPhoto { get; set; } = "";

    /// <summary>The day from which on it is offered.</summary>
    public DateOnly PubDate { get; set; }

    public string Street { get; set; } = "";

    /// <summary>Whether an underground station is near.</summary>
    public bool HasSubway { get; set; }

    /// <summary>Whether it is shared with others (合租).</summary>
    public bool IsShared { get; set; }

    /// <summary>Whether an agent takes a fee.</summary>
    public bool HasAgentFees { get; set; }

    public int TypeId { get; set; }

    public HouseType Type { get; init; } = null!;

    public int DistrictId { get; set; }

    public District District { get; init; } = null!;

    /// <summary>The city that the district is part of, by the code alone; the district itself where that is a city or a province.</summary>
    public int CityId { get; init; }

    public int? EstateId { get; set; }

    public Estate? Estate { get; init; }

    public int? AgentId { get; set; }

    public Agent? Agent { get; init; }

    public List<HouseTag> Tags { get; set; } = [];
}

/// <summary>A house has a tag.</summary>
internal sealed class HouseTag
{
    public int HouseId { get; init; }

    public int TagId { get; init; }

    public Tag Tag { get; init; } = null!;
}

/// <summary>How often something changed that lists of houses show, or can be filtered by. One row.</summary>
internal sealed class HouseVersion
{
    public int Id { get; init; }

    public long Version { get; init; }
}
