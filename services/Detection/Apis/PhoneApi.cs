using System.Security.Claims;
using EmptyNumber.Contracts;
using EmptyNumber.Detection.Infrastructure;
using EmptyNumber.Detection.Model;
using EmptyNumber.ServiceDefaults.Authentication;
using EmptyNumber.ServiceDefaults.Errors;
using EmptyNumber.ServiceDefaults.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace EmptyNumber.Detection.Apis;

/// <summary>Reading and deleting what was submitted.</summary>
internal static class PhoneApi
{
    public static void MapPhoneApi(this IEndpointRouteBuilder app)
    {
        var phone = app.MapGroup("/phone").WithTags("Detection").RequireToken();
        phone.MapGet("/", List).WithName("Phones").WithSummary("Tasks with all their records, oldest first");
        phone.MapGet("/{id:long}", ReadAsync).WithName("Phone").WithSummary("The records of one task, as JSON or CSV");
        phone.MapDelete("/{id:long}", DeleteAsync).WithName("DeletePhone").WithSummary("Delete a task");
    }

    private static IResult List(HttpRequest request, ClaimsPrincipal user, TaskReader reader, IOptions<DetectionOptions> options)
    {
        var query = new Query(request.Query);
        var zone = options.Value.Zone;
        var filter = new TaskFilter(
            query.Digits("number"), Midnight(query.Day("start_date"), zone), Midnight(query.Day("end_date")?.AddDays(1), zone),
            query.After("after"), query.Limit("limit"));
        return query.Problem is { } problem ? problem : new TaskList(reader.Tasks(user.UserId(), filter));
    }

    private static async Task<IResult> ReadAsync(long id, HttpRequest request, ClaimsPrincipal user, TaskReader reader, CancellationToken cancellationToken)
    {
        var query = new Query(request.Query);
        var filter = new RecordFilter(query.Digits("number"), query.State("state"), query.After("after"), query.Limit("limit"));
        var asCsv = Csv.IsWanted(request, query);
        if (query.Problem is { } problem)
            return problem;
        if (!await reader.ExistsAsync(user.UserId(), id, cancellationToken))
            return ApiError.NotFound();
        var rows = reader.Records(id, filter);
        return asCsv
            ? Csv.Result(
                $"task-{id}.csv", ["id", "number", "state", "carrier", "task_id"], rows,
                row => [row.Id.ToString(), row.Number, row.State.Text(), row.Carrier.Text(), row.TaskId.ToString()])
            : TypedResults.Ok(Items(rows));
    }

    private static async Task<Results<Ok<Deleted>, ApiError>> DeleteAsync(long id, ClaimsPrincipal user, TaskIntake intake, CancellationToken cancellationToken) =>
        await intake.DeleteAsync(user.UserId(), id, cancellationToken) ? TypedResults.Ok(new Deleted("ok")) : ApiError.NotFound();

    private static async IAsyncEnumerable<RecordItem> Items(IAsyncEnumerable<RecordRow> rows)
    {
        await foreach (var row in rows)
            yield return RecordItem.Of(row);
    }

    private static DateTimeOffset? Midnight(DateOnly? date, TimeZoneInfo zone) =>
        date?.ToDateTime(TimeOnly.MinValue) is { } local ? new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUniversalTime() : null;

    private sealed record Deleted(string Status);
}

/// <summary>A record as the API shows it.</summary>
internal sealed record RecordItem(long Id, string Number, int State, string Carrier, long TaskId)
{
    public static RecordItem Of(RecordRow row) => new(row.Id, row.Number, (int)row.State, row.Carrier.Text(), row.TaskId);
}
