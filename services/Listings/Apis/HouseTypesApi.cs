using System.ComponentModel.DataAnnotations;
using System.Linq.Expressions;
using EmptyNumber.Listings.Infrastructure;
using EmptyNumber.Listings.Model;
using EmptyNumber.ServiceDefaults.Authentication;
using EmptyNumber.ServiceDefaults.Errors;
using EmptyNumber.ServiceDefaults.Http;
using EmptyNumber.ServiceDefaults.OpenApi;
using Microsoft.EntityFrameworkCore;

namespace EmptyNumber.Listings.Apis;

/// <summary>Layouts of rooms (户型).</summary>
internal static class HouseTypesApi
{
    private static readonly Expression<Func<HouseType, HouseTypeForm>> Form = type => new HouseTypeForm(type.Id, type.Name);

    public static void MapHouseTypesApi(this IEndpointRouteBuilder api)
    {
        var types = api.MapGroup("/housetypes").WithTags("House types");
        types.MapGet("/", ListAsync).WithName("ListHouseTypes").WithSummary("All house types");
        types.MapGet("/{id:int}", ReadAsync).WithName("ReadHouseType").WithSummary("A house type").Produces<HouseTypeForm>();
        types.MapPost("/", CreateAsync).WithName("CreateHouseType").WithSummary("Add a house type").Produces<HouseTypeForm>(StatusCodes.Status201Created)
            .RequireRole(Roles.Landlord, Roles.Agent, Roles.Admin);
        types.MapPut("/{id:int}", UpdateAsync).WithName("UpdateHouseType").WithSummary("Change a house type").Produces<HouseTypeForm>()
            .RequireRole(Roles.Agent, Roles.Admin);
        types.MapDelete("/{id:int}", DeleteAsync).WithName("DeleteHouseType").WithSummary("Delete a house type that no house has")
            .Produces(StatusCodes.Status204NoContent).DocumentsErrors(StatusCodes.Status409Conflict).RequireRole(Roles.Admin);
    }

    private static Task<List<HouseTypeForm>> ListAsync(ListingsDb db, CancellationToken cancellationToken) =>
        db.HouseTypes.OrderBy(type => type.Id).Select(Form).ToListAsync(cancellationToken);

    private static Task<IResult> ReadAsync(int id, ListingsDb db, CancellationToken cancellationToken) =>
        db.HouseTypes.Where(type => type.Id == id).Select(Form).AnswerAsync(cancellationToken);

    private static async Task<IResult> CreateAsync(HouseTypeBody body, ListingsDb db, CancellationToken cancellationToken)
    {
        var type = new HouseType { Name = body.Name! };
        db.Add(type);
        await db.SaveChangesAsync(cancellationToken);
        return TypedResults.Json(new HouseTypeForm(type.Id, type.Name), statusCode: StatusCodes.Status201Created);
    }

    private static async Task<IResult> UpdateAsync(int id, HouseTypeBody body, ListingsDb db, CancellationToken cancellationToken)
    {
        if (await db.HouseTypes.FindAsync([id], cancellationToken) is not { } type)
            return ApiError.NotFound();
        type.Name = body.Name!;
        await db.SaveChangesAsync(cancellationToken);
        return TypedResults.Ok(new HouseTypeForm(type.Id, type.Name));
    }

    private static Task<IResult> DeleteAsync(int id, ListingsDb db, CancellationToken cancellationToken) =>
        db.HouseTypes.Where(type => type.Id == id).DeleteAsync(cancellationToken);

    private sealed class HouseTypeBody : IInput
    {
        [Required, Text(50)]
        public string? Name { get; init; }
    }

    private sealed record HouseTypeForm(int Typeid, string Name);
}
