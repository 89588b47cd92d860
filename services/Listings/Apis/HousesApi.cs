using System.Security.Claims;
using EmptyNumber.Listings.Infrastructure;
using EmptyNumber.Listings.Model;
using EmptyNumber.ServiceDefaults.Authentication;
using EmptyNumber.ServiceDefaults.Errors;
using EmptyNumber.ServiceDefaults.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace EmptyNumber.Listings.Apis;

/// <summary>Houses on offer (房源).</summary>
internal static class HousesApi
{
    public static void MapHousesApi(this IEndpointRouteBuilder api)
    {
        var houses = api.MapGroup("/houseinfos").WithTags("Houses");
        houses.MapGet("/", ListAsync).WithName("ListHouses").WithSummary("A page of houses, by title, district, price and type").Produces<Page<HouseForm>>();
        houses.MapGet("/{id:int}", ReadAsync).WithName("ReadHouse").WithSummary("A house").Produces<HouseForm>();
        houses.MapPost("/", CreateAsync).WithName("CreateHouse").WithSummary("Post a house").Produces<HouseForm>(StatusCodes.Status201Created)
            .RequireRole(Roles.Landlord, Roles.Agent, Roles.Admin);
        houses.MapPut("/{id:int}", UpdateAsync).WithName("UpdateHouse").WithSummary("Change a house of one's own").Produces<HouseForm>()
            .RequireRole(Roles.Landlord, Roles.Agent, Roles.Admin);
        houses.MapDelete("/{id:int}", DeleteAsync).WithName("DeleteHouse").WithSummary("Delete a house of one's own, with its photos")
            .Produces(StatusCodes.Status204NoContent).RequireRole(Roles.Landlord, Roles.Admin);
    }

    /// <summary>Whether a user may change a house and its photos; admins may all, others those that they posted.</summary>
    public static bool MayChange(this ClaimsPrincipal user, House house) => user.IsInRole(Roles.Admin) || house.UserId == user.UserId();

    private static async Task<IResult> ListAsync(
        [AsParameters] HouseFilter filter, [AsParameters] HouseOrder order, [AsParameters] PageQuery page, HouseVersions versions, HouseMemory memory, CancellationToken cancellationToken)
    {
        var version = await versions.ReadAsync(cancellationToken);
        var count = await memory.AnswerAsync((version, filter), 1, db => filter.Apply(db.Houses).LongCountAsync(), cancellationToken);
        return await page.AnswerAsync(
            count, (skip, take) => memory.AnswerAsync((version, filter, order, skip, take), take, db => ReadAsync(db, skip, take), cancellationToken));

        // The ids alone can be read from an index, those that are skipped included.
        Task<List<HouseForm>> ReadAsync(ListingsDb db, int skip, int take)
        {
            var ids = order.Apply(filter.Apply(db.Houses)).Select(house => house.Id).Skip(skip).Take(take);
            return order.Apply(db.Houses.Where(house => ids.Contains(house.Id))).Select(HouseForm.Of).ToListAsync(CancellationToken.None);
        }
    }

    private static Task<IResult> ReadAsync(int id, ListingsDb db, CancellationToken cancellationToken) =>
        db.Houses.Where(house => house.Id == id).Select(HouseForm.Of).AnswerAsync(cancellationToken);

    private static async Task<IResult> CreateAsync(
        HouseBody body, ClaimsPrincipal user, ListingsDb db, IOptions<ListingsOptions> options, TimeProvider time, CancellationToken cancellationToken)
    {
        var house = new House { UserId = user.UserId(), PostedAt = time.GetUtcNow() };
        body.WriteTo(house, options.Value);
        db.Add(house);
        await db.SaveChangesAsync(cancellationToken);
        return await db.Houses.Where(created => created.Id == house.Id).Select(HouseForm.Of).AnswerAsync(cancellationToken, StatusCodes.Status201Created);
    }

    private static async Task<IResult> UpdateAsync(
        int id, HouseBody body, ClaimsPrincipal user, ListingsDb db, IOptions<ListingsOptions> options, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (await db.HoldHouseAsync(id, cancellationToken) is not { } house)
            return ApiError.NotFound();
        if (!user.MayChange(house))
            return ApiError.Forbidden();
        await db.Entry(house).Collection(held => held.Tags).LoadAsync(cancellationToken);
        body.WriteTo(house, options.Value);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return await ReadAsync(id, db, cancellationToken);
    }

    private static async Task<IResult> DeleteAsync(int id, ClaimsPrincipal user, ListingsDb db, CancellationToken cancellationToken)
    {
        var row = db.Houses.Where(house => house.Id == id);
        return await row.SingleOrDefaultAsync(cancellationToken) is { } house && !user.MayChange(house)
            ? ApiError.Forbidden()
            : await row.DeleteAsync(cancellationToken);
    }
}
