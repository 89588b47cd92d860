using System.Linq.Expressions;
using EmptyNumber.Listings.Model;

namespace EmptyNumber.Listings.Apis;

/// <summary>A house as it is shown.</summary>
internal sealed record HouseForm(
    int Houseid,
    string Title,
    double Area,
    int Floor,
    int Totalfloor,
    string Direction,
    int Price,
    string Priceunit,
    string Detail,
    string Mainphoto,
    DateOnly Pubdate,
    string Street,
    bool Hassubway,
    bool Isshared,
    bool Hasagentfees,
    string Type,
    DistrictBrief District,
    EstateBrief? Estate,
    AgentBrief? Agent,
    IReadOnlyList<string> Tags)
{
    public static Expression<Func<House, HouseForm>> Of { get; } = house => new HouseForm(
        house.Id,
        house.Title,
        house.Area,
        house.Floor,
        house.TotalFloor,
        house.Direction,
        house.Price,
        house.PriceUnit,
        house.Detail,
        house.MainPhoto,
        house.PubDate,
        house.Street,
        house.HasSubway,
        house.IsShared,
        house.HasAgentFees,
        house.Type.Name,
        new DistrictBrief(house.District.Id, house.District.Name),
        house.Estate == null ? null : new EstateBrief(house.Estate.Id, house.Estate.Name, house.Estate.Hot),
        house.Agent == null ? null : new AgentBrief(house.Agent.Id, house.Agent.Name, house.Agent.Tel, house.Agent.Servstar),
        house.Tags.OrderBy(link => link.TagId).Select(link => link.Tag.Content).ToList());
}
