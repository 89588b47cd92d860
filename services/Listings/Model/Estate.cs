namespace EmptyNumber.Listings.Model;

/// <summary>A housing estate (楼盘).</summary>
internal sealed class Estate
{
    public int Id { get; init; }

    public int DistrictId { get; set; }

    public District District { get; init; } = null!;

    public string Name { get; set; } = "";

    /// <summary>How popular it is (楼盘热度), 0 or more.</summary>
    public int Hot { get; set; }

    public string Intro { get; set; } = "";

    /// <summary>The agents that serve it.</summary>
    public List<AgentEstate> Agents { get; set; } = [];
}
