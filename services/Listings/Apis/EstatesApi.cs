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

/// <summary>Housing estates (楼盘).</summary>
internal static class EstatesApi
{
    private static readonly Expression<Func<Estate, EstateForm>> Form = estate => new EstateForm(
        estate.Id,
        new DistrictBrief(estate.District.Id, estate.District.Name),
        estate.Agents.OrderBy(link => link.AgentId).Select(link => new AgentBrief(link.Agent.Id, link.Agent.Name, link.Agent.Tel, link.Agent.Servstar)).ToList(),
        estate.Name,
        estate.Hot,
        estate.Intro);

    public static void MapEstatesApi(this IEndpointRouteBuilder api)
    {
        var estates = api.MapGroup("/estates").WithTags("Estates");
        estates.MapGet("/", ListAsync).WithName("ListEstates").WithSummary("A page of estates, hottest first, by name and district").Produces<Page<EstateForm>>();
        estates.MapGet("/{id:int}", ReadAsync).WithName("ReadEstate").WithSummary("An estate").Produces<EstateForm>();

        var writing = estates.MapGroup("/").WithErrorForm(ListingsErrors.Estates);
        writing.MapPost("/", CreateAsync).WithName("CreateEstate").WithSummary("Add an estate").Produces<NewEstateForm>(StatusCodes.Status201Created)
            .RequireRole(Roles.Agent, Roles.Admin);
        writing.MapPut("/{id:int}", UpdateAsync).WithName("UpdateEstate").WithSummary("Change an estate; where agents is left out, they stay")
            .Produces<EstateForm>().RequireRole(Roles.Agent, Roles.Admin);
        writing.MapDelete("/{id:int}", DeleteAsync).WithName("DeleteEstate").WithSummary("Delete an estate").Produces(StatusCodes.Status204NoContent).DocumentsErrors(StatusCodes.Status409Conflict)
            .RequireRole(Roles.Admin);
    }

    private static Task<IResult> ListAsync([AsParameters] EstateFilter filter, [AsParameters] PageQuery page, ListingsDb db, CancellationToken cancellationToken) =>
        page.AnswerAsync(filter.Apply(db.Estates).OrderByDescending(estate => estate.Hot).ThenBy(estate => estate.Id).Select(Form), cancellationToken);

    private static Task<IResult> ReadAsync(int id, ListingsDb db, CancellationToken cancellationToken) =>
        db.Estates.Where(estate => estate.Id == id).Select(Form).AnswerAsync(cancellationToken);

    private static async Task<IResult> CreateAsync(EstateBody body, ListingsDb db, CancellationToken cancellationToken)
    {
        var estate = new Estate();
        body.WriteTo(estate);
        db.Add(estate);
        await db.SaveChangesAsync(cancellationToken);
        return TypedResults.Json(new NewEstateForm(estate.Id, estate.DistrictId, estate.Name, estate.Hot, estate.Intro), statusCode: StatusCodes.Status201Created);
    }

    private static async Task<IResult> UpdateAsync(int id, EstateBody body, ListingsDb db, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (await db.HoldEstateAsync(id, cancellationToken) is not { } estate)
            return ApiError.NotFound();
        await db.Entry(estate).Collection(held => held.Agents).LoadAsync(cancellationToken);
        body.WriteTo(estate);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return await ReadAsync(id, db, cancellationToken);
    }

    private static Task<IResult> DeleteAsync(int id, ListingsDb db, CancellationToken cancellationToken) =>
        db.Estates.Where(estate => estate.Id == id).DeleteAsync(cancellationToken);

    private sealed class EstateFilter : IInput
    {
        /// <summary>What the name contains.</summary>
        [Text(100)]
        public string? Name { get; init; }

        /// <summary>The district, by its code.</summary>
        public int? Dist { get; init; }

        public IQueryable<Estate> Apply(IQueryable<Estate> estates)
        {
            if (Name is not null)
                estates = estates.Where(estate => estate.Name.Contains(Name));
            if (Dist is { } district)
                estates = estates.Where(estate => estate.DistrictId == district);
            return estates;
        }
    }

    private sealed class EstateBody : IInput
    {
        [Required, Text(100)]
        public string? Name { get; init; }

        [Range(0, int.MaxValue)]
        public int Hot { get; init; }

        [Text(5000)]
        public string? Intro { get; init; }

        [Required]
        public int? Distid { get; init; }

        /// <summary>The district by the name that answers have for it.</summary>
        public int? District { init => Distid ??= value; }

        /// <summary>Ids of the agents that serve the estate; those of before where it is left out.</summary>
        [MaxLength(1000), Ids]
        public IReadOnlyList<int>? Agents { get; init; }

        public void WriteTo(Estate estate)
        {
            estate.Name = Name!;
            estate.Hot = Hot;
            estate.Intro = Intro ?? "";
            estate.DistrictId = Distid!.Value;
            if (Agents is not null)
                estate.Agents = estate.Agents.LeadingTo(Agents, link => link.AgentId, agent => new AgentEstate { AgentId = agent });
        }
    }

    private sealed record EstateForm(int Estateid, DistrictBrief District, IReadOnlyList<AgentBrief> Agents, string Name, int Hot, string Intro);

    /// <summary>An estate as it is answered to who added it.</summary>
    private sealed record NewEstateForm(int Estateid, int District, string Name, int Hot, string Intro);
}
