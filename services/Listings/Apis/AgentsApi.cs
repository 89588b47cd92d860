using System.ComponentModel.DataAnnotations;
using System.Linq.Expressions;
using System.Text.Json.Serialization;
using EmptyNumber.Listings.Infrastructure;
using EmptyNumber.Listings.Model;
using EmptyNumber.ServiceDefaults.Authentication;
using EmptyNumber.ServiceDefaults.Errors;
using EmptyNumber.ServiceDefaults.Http;
using EmptyNumber.ServiceDefaults.OpenApi;
using Microsoft.EntityFrameworkCore;

namespace EmptyNumber.Listings.Apis;

/// <summary>Estate agents (房地产经理人).</summary>
internal static class AgentsApi
{
    private static readonly Expression<Func<Agent, AgentForm>> Form = agent => new AgentForm(
        agent.Id,
        agent.Estates.OrderBy(link => link.EstateId).Select(link => new EstateBrief(link.Estate.Id, link.Estate.Name, link.Estate.Hot)).ToList(),
        agent.Name,
        agent.Tel,
        agent.Servstar,
        agent.Realstar,
        agent.Profstar,
        agent.Certificated);

    public static void MapAgentsApi(this IEndpointRouteBuilder api)
    {
        var agents = api.MapGroup("/agents").WithTags("Agents");
        agents.MapGet("/", ListAsync).WithName("ListAgents").WithSummary("A page of agents, by name, stars and licence").Produces<Page<AgentForm>>();
        agents.MapGet("/{id:int}", ReadAsync).WithName("ReadAgent").WithSummary("An agent").Produces<AgentForm>();
        agents.MapPost("/", CreateAsync).WithName("CreateAgent").WithSummary("Add an agent").Produces<AgentForm>(StatusCodes.Status201Created)
            .RequireRole(Roles.Admin);

        var existing = agents.MapGroup("/{id:int}").RequireRole(Roles.Admin).WithErrorForm(ListingsErrors.Forbidding);
        existing.MapPut("/", UpdateAsync).WithName("UpdateAgent").WithSummary("Change an agent; where estates is left out, they stay").Produces<AgentForm>();
        existing.MapDelete("/", DeleteAsync).WithName("DeleteAgent").WithSummary("Delete an agent").Produces(StatusCodes.Status204NoContent).DocumentsErrors(StatusCodes.Status409Conflict);
    }

    private static Task<IResult> ListAsync([AsParameters] AgentFilter filter, [AsParameters] PageQuery page, ListingsDb db, CancellationToken cancellationToken) =>
        page.AnswerAsync(filter.Apply(db.Agents).OrderBy(agent => agent.Id).Select(Form), cancellationToken);

    private static async Task<IResult> ReadAsync(int id, ListingsDb db, CancellationToken cancellationToken) =>
        await db.Agents.Where(agent => agent.Id == id).Select(Form).SingleOrDefaultAsync(cancellationToken) is { } agent
            ? TypedResults.Ok(agent with { TelState = await db.TelChecks.Where(check => check.AgentId == id).Select(check => check.State).SingleOrDefaultAsync(cancellationToken) })
            : ApiError.NotFound();

    private static async Task<IResult> CreateAsync(AgentBody body, ListingsDb db, TelSignal signal, TimeProvider time, CancellationToken cancellationToken)
    {
        var agent = new Agent();
        body.WriteTo(agent, time.GetUtcNow());
        db.Add(agent);
        await db.SaveChangesAsync(cancellationToken);
        signal.Wake();
        return await db.Agents.Where(created => created.Id == agent.Id).Select(Form).AnswerAsync(cancellationToken, StatusCodes.Status201Created);
    }

    private static async Task<IResult> UpdateAsync(int id, AgentBody body, ListingsDb db, TelSignal signal, TimeProvider time, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (await db.HoldAgentAsync(id, cancellationToken) is not { } agent)
            return ApiError.NotFound();
        await db.Entry(agent).Collection(held => held.Estates).LoadAsync(cancellationToken);
        await db.Entry(agent).Reference(held => held.TelCheck).LoadAsync(cancellationToken);
        body.WriteTo(agent, time.GetUtcNow());
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        signal.Wake();
        return await db.Agents.Where(changed => changed.Id == id).Select(Form).AnswerAsync(cancellationToken);
    }

    private static Task<IResult> DeleteAsync(int id, ListingsDb db, CancellationToken cancellationToken) =>
        db.Agents.Where(agent => agent.Id == id).DeleteAsync(cancellationToken);

    private sealed class AgentFilter : IInput
    {
        /// <summary>How the name begins.</summary>
        [Text(100)]
        public string? Name { get; init; }

        /// <summary>The least stars for service.</summary>
        public int? Key { get; init; }

        /// <summary>The same by another name.</summary>
        public int? Star { get; init; }

        /// <summary>1: with licence; 0: without.</summary>
        [Range(0, 1)]
        public int? Cert { get; init; }

        public IQueryable<Agent> Apply(IQueryable<Agent> agents)
        {
            if (Name is not null)
                agents = agents.Where(agent => agent.Name.StartsWith(Name));
            if ((Key ?? Star) is { } least)
                agents = agents.Where(agent => agent.Servstar >= least);
            if (Cert is { } cert)
                agents = agents.Where(agent => agent.Certificated == (cert == 1));
            return agents;
        }
    }

    private sealed class AgentBody : IInput
    {
        [Required, Text(50)]
        public string? Name { get; init; }

        [Required, Text(20)]
        public string? Tel { get; init; }

        [Range(0, Agent.MaxStars)]
        public int Servstar { get; init; }

        [Range(0, Agent.MaxStars)]
        public int Realstar { get; init; }

        [Range(0, Agent.MaxStars)]
        public int Profstar { get; init; }

        [JsonConverter(typeof(FlagConverter))]
        public bool Certificated { get; init; }

        /// <summary>Ids of the estates that the agent serves; those of before where it is left out.</summary>
        [MaxLength(1000), Ids]
        public IReadOnlyList<int>? Estates { get; init; }

        public void WriteTo(Agent agent, DateTimeOffset now)
        {
            agent.Name = Name!;
            agent.SetTel(Tel!, now);
            agent.Servstar = Servstar;
            agent.Realstar = Realstar;
            agent.Profstar = Profstar;
            agent.Certificated = Certificated;
            if (Estates is not null)
                agent.Estates = agent.Estates.LeadingTo(Estates, link => link.EstateId, estate => new AgentEstate { EstateId = estate });
        }
    }

    private sealed record AgentForm(
        int Agentid, IReadOnlyList<EstateBrief> Estates, string Name, string Tel, int Servstar, int Realstar, int Profstar, bool Certificated)
    {
        /// <summary>What number detection said of the telephone; absent until it is known, and in lists.</summary>
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public int? TelState { get; init; }
    }
}
