using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using EmptyNumber.Listings.Model;
using EmptyNumber.ServiceDefaults.Http;

namespace EmptyNumber.Listings.Apis;

/// <summary>A house as it is written. What is left out takes its default, when it is changed as well.</summary>
internal sealed class HouseBody : IInput
{
    [Required, Text(100)]
    public string? Title { get; init; }

    [Required, Range(0.01, 1_000_000)]
    public double? Area { get; init; }

    [Required, Range(-99, 999)]
    public int? Floor { get; init; }

    [Required, Range(1, 999)]
    public int? Totalfloor { get; init; }

    [Required, Text(20)]
    public string? Direction { get; init; }

    [Required, Range(0, int.MaxValue)]
    public int? Price { get; init; }

    [Required, Text(20)]
    public string? Priceunit { get; init; }

    [Text(5000)]
    public string? Detail { get; init; }

    [Text(500)]
    public string? Mainphoto { get; init; }

    /// <summary>The day of posting where it is left out.</summary>
    public DateOnly? Pubdate { get; init; }

    [Required, Text(100)]
    public string? Street { get; init; }

    [JsonConverter(typeof(FlagConverter))]
    public bool Hassubway { get; init; }

    [JsonConverter(typeof(FlagConverter))]
    public bool Isshared { get; init; }

    [JsonConverter(typeof(FlagConverter))]
    public bool Hasagentfees { get; init; }

    [Required]
    public int? Typeid { get; init; }

    [Required]
    public int? Distid { get; init; }

    public int? Estateid { get; init; }

    public int? Agentid { get; init; }

    /// <summary>Ids of its tags.</summary>
    [MaxLength(100), Ids]
    public IReadOnlyList<int>? Tags { get; init; }

    public void WriteTo(House house, ListingsOptions options)
    {
        house.Title = Title!;
        house.Area = Math.Round(Area!.Value, 2);
        house.Floor = Floor!.Value;
        house.TotalFloor = Totalfloor!.Value;
        house.Direction = Direction!;
        house.Price = Price!.Value;
        house.PriceUnit = Priceunit!;
        house.Detail = Detail ?? "";
        house.MainPhoto = Mainphoto ?? "";
        house.PubDate = Pubdate ?? options.DayOf(house.PostedAt);
        house.Street = Street!;
        house.HasSubway = Hassubway;
        house.IsShared = Isshared;
        house.HasAgentFees = Hasagentfees;
        house.TypeId = Typeid!.Value;
        house.DistrictId = Distid!.Value;
        house.EstateId = Estateid;
        house.AgentId = Agentid;
        house.Tags = house.Tags.LeadingTo(Tags ?? [], link => link.TagId, tag => new HouseTag { TagId = tag });
    }
}
