using System.ComponentModel.DataAnnotations;
using EmptyNumber.Listings.Model;
using EmptyNumber.ServiceDefaults.Http;

namespace EmptyNumber.Listings.Apis;

/// <summary>In which order houses are wanted: cheapest first unless <c>ordering</c> says otherwise. What is equal is in order of the id.</summary>
internal sealed record HouseOrder : IInput
{
    [AllowedValues(null, "price", "-price", "area", "pubdate", ErrorMessage = "One of price, -price, area, pubdate.")]
    public string? Ordering { get; init; }

    public IQueryable<House> Apply(IQueryable<House> houses) => (Ordering switch
    {
        "-price" => houses.OrderByDescending(house => house.Price),
        "area" => houses.OrderBy(house => house.Area),
        "pubdate" => houses.OrderBy(house => house.PubDate),
        _ => houses.OrderBy(house => house.Price),
    }).ThenBy(house => house.Id);
}
