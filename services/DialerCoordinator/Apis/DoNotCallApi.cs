using EmptyNumber.Contracts;
using EmptyNumber.DialerCoordinator.Infrastructure;
using EmptyNumber.ServiceDefaults.Errors;
using EmptyNumber.ServiceDefaults.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace EmptyNumber.DialerCoordinator.Apis;

/// <summary>The numbers that are never dialled, whoever asks for them.</summary>
internal static class DoNotCallApi
{
    private const int MaxNumbers = 100_000;
    private const int MaxReasonLength = 200;

    public static void MapDoNotCallApi(this IEndpointRouteBuilder operators)
    {
        var list = operators.MapGroup("/do-not-call");
        list.MapGet("/", ListAsync).WithName("DoNotCall").WithSummary("The do-not-call list, by number, page by page")
            .WithDescription("number: digits that it begins with; after: the number that the page follows; limit: 1 to 1000 (100).")
            .Produces<Envelope<Page>>();
        list.MapPost("/", AddAsync).WithName("AddDoNotCall").WithSummary("Put numbers on the list, all or none")
            .WithDescription("numbers as for POST /detect/, at most 100,000; one that stands on it takes the new reason. Numbers that wait already are not dialled either.");
        list.MapDelete("/{number}", RemoveAsync).WithName("RemoveDoNotCall").WithSummary("Take a number from the list");
    }

    private static async Task<IResult> ListAsync(HttpRequest request, CoordinatorDb db, CancellationToken cancellationToken)
    {
        var query = new QueryReader(request.Query);
        var (prefix, after, size) = (query.Digits("number", PhoneNumber.Length), query.Digits("after", PhoneNumber.Length), query.Limit("limit", OperatorApi.MaxLimit) ?? OperatorApi.DefaultLimit);
        if (query.Problem is { } problem)
            return problem;
        var matching = db.DoNotCall.AsNoTracking();
        if (prefix is not null)
            matching = matching.Where(blocked => blocked.Number.StartsWith(prefix));
        if (after is not null)
            matching = matching.Where(blocked => string.Compare(blocked.Number, after) > 0);
        var page = await matching.OrderBy(blocked => blocked.Number).Take(size + 1)
            .Select(blocked => new Item(blocked.Number, blocked.Reason, blocked.AddedAt)).ToListAsync(cancellationToken);
        return TypedResults.Ok(Envelope.Of(new Page([.. page.Take(size)], page.Count > size ? page[size - 1].Number : null)));
    }

    private static async Task<Results<Ok<Envelope<SavedRows>>, ApiError>> AddAsync(
        Request request, CoordinatorDb db, DialQueue queue, TimeProvider time, CancellationToken cancellationToken)
    {
        if (!SubmittedNumbers.TryNormalise(request.Numbers, MaxNumbers, out var numbers, out var refusal))
            return ApiError.BadRequest(refusal.Message) with { Details = refusal.Details };
        if (request.Reason is { Length: > MaxReasonLength } || request.Reason?.Contains('\0') == true)
            return ApiError.BadRequest($"reason: at most {MaxReasonLength} characters");
        var saved = await db.Database.SqlQuery<SavedRows>(
            $"""
            with saved as (
                insert into do_not_call (number, reason, added_at)
                select distinct number, {request.Reason ?? ""}, {time.GetUtcNow()} from unnest({numbers}) as number order by number
                on conflict (number) do update set reason = excluded.reason
                returning xmax = 0 as is_new
            )
            select (count(*) filter (where is_new))::int as "Added", (count(*) filter (where not is_new))::int as "Updated" from saved
            """).ToListAsync(cancellationToken);
        await queue.BlockAsync(numbers, cancellationToken);
        return TypedResults.Ok(Envelope.Of(saved.Single()));
    }

    private static async Task<Results<Ok<Envelope<Stamp>>, ApiError>> RemoveAsync(
        string number, CoordinatorDb db, TimeProvider time, CancellationToken cancellationToken)
    {
        if (!PhoneNumber.TryNormalise(number, out var normal))
            return ApiError.BadRequest("number: 11 digits");
        return await db.DoNotCall.Where(blocked => blocked.Number == normal).ExecuteDeleteAsync(cancellationToken) > 0
            ? TypedResults.Ok(Stamp.Now(time))
            : new ApiError(StatusCodes.Status404NotFound, $"{normal} is not on the list");
    }

    private sealed record Request(SubmittedNumbers? Numbers, string? Reason);

    private sealed record Page(IReadOnlyList<Item> Numbers, string? Next);

    private sealed record Item(string Number, string Reason, DateTimeOffset AddedAt);
}
