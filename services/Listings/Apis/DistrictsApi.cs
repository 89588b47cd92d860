using EmptyNumber.Listings.Infrastructure;
using EmptyNumber.Listings.Model;
using Microsoft.EntityFrameworkCore;

namespace EmptyNumber.Listings.Apis;

/// <summary>Administrative divisions; nobody writes them.</summary>
internal static class DistrictsApi
{
    public static void MapDistrictsApi(this IEndpointRouteBuilder api)
    {
        var districts = api.MapGroup("/").WithTags("Districts");
        districts.MapGet("/districts", ListProvincesAsync).WithName("ListProvinces").WithSummary("All provinces");
        districts.MapGet("/districts/{id:int}", ReadAsync).WithName("ReadDistrict").WithSummary("A district and the districts within it")
            .Produces<DistrictForm>();
        districts.MapGet("/hotcities", ListHotCitiesAsync).WithName("ListHotCities").WithSummary("Popular cities");
    }

    private static Task<List<DistrictBrief>> ListProvincesAsync(ListingsDb db, CancellationToken cancellationToken) =>
        ListAsync(db.Districts.Where(district => district.ParentId == null), cancellationToken);

    private static Task<List<DistrictBrief>> ListHotCitiesAsync(ListingsDb db, CancellationToken cancellationToken) =>
        ListAsync(db.Districts.Where(district => district.IsHot), cancellationToken);

    private static Task<IResult> ReadAsync(int id, ListingsDb db, CancellationToken cancellationToken) =>
        db.Districts
            .Where(district => district.Id == id)
            .Select(district => new DistrictForm(
                district.Id,
                district.Name,
                district.Intro,
                db.Districts.Where(part => part.ParentId == id).OrderBy(part => part.Id).Select(part => new DistrictBrief(part.Id, part.Name)).ToList()))
            .AnswerAsync(cancellationToken);

    private static Task<List<DistrictBrief>> ListAsync(IQueryable<District> districts, CancellationToken cancellationToken) =>
        districts.OrderBy(district => district.Id).Select(district => new DistrictBrief(district.Id, district.Name)).ToListAsync(cancellationToken);

    /// <param name="Distid">Its GB/T 2260 code.</param>
    /// <param name="Name">Its name.</param>
    /// <param name="Intro">A description, mostly empty.</param>
    /// <param name="Cities">What it consists of: cities of a province, counties of a city, nothing of a county.</param>
    private sealed record DistrictForm(int Distid, string Name, string Intro, IReadOnlyList<DistrictBrief> Cities);
}
