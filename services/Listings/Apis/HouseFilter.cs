using System.ComponentModel.DataAnnotations;
using System.Text;
using EmptyNumber.Listings.Model;
using EmptyNumber.ServiceDefaults.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace EmptyNumber.Listings.Apis;

/// <summary>Which houses are wanted; all that is given has to hold.</summary>
internal sealed record HouseFilter : IInput
{
    /// <summary>What the title contains.</summary>
    [Text(100)]
    public string? Title { get; init; }

    /// <summary>The district or its city, by the code.</summary>
    public int? Dist { get; init; }

    /// <summary>The least price.</summary>
    [FromQuery(Name = "min_price")]
    public int? MinPrice { get; init; }

    /// <summary>The greatest price.</summary>
    [FromQuery(Name = "max_price")]
    public int? MaxPrice { get; init; }

    /// <summary>The layout, by its id.</summary>
    public int? Type { get; init; }

    public IQueryable<House> Apply(DbSet<House> all)
    {
        IQueryable<House> houses = all;
        if (Title is not null)
            houses = all.FromSql($"select * from houses where title_grams(title) @> {Grams(Title)}").Where(house => house.Title.Contains(Title));
        if (Dist is { } code)
            houses = code % 100 == 0 ? houses.Where(house => house.CityId == code) : houses.Where(house => house.DistrictId == code);
        if (MinPrice is { } least)
            houses = houses.Where(house => house.Price >= least);
        if (MaxPrice is { } most)
            houses = houses.Where(house => house.Price <= most);
        if (Type is { } type)
            houses = houses.Where(house => house.TypeId == type);
        return houses;
    }

    /// <summary>What the index has of a word: its pairs of characters, or the only one.</summary>
    private static string[] Grams(string word)
    {
        var characters = word.EnumerateRunes().ToArray();
        return characters is [var only] ? [only.ToString()] : [.. characters.Zip(characters[1..], (left, right) => $"{left}{right}").Distinct()];
    }
}
