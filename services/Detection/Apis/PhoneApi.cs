using System.Globalization;
using System.Security.Claims;
using EmptyNumber.Detection.Infrastructure;
using EmptyNumber.Detection.Model;
using EmptyNumber.ServiceDefaults.Authentication;
using EmptyNumber.ServiceDefaults.Errors;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace EmptyNumber.Detection.Apis;

/// <summary>Reading and deleting what was submitted.</summary>
internal static class PhoneApi
{
    private const int NumberLength = 11;

    public static void MapPhoneApi(this IEndpointRouteBuilder app)
    {
        var phone = app.MapGroup("/phone").WithTags("Detection").RequireToken();
        phone.MapGet("/", ListAsync).WithName("Phones").WithSummary("Tasks with all their records, oldest first");
        phone.MapGet("/{id:long}", ReadAsync).WithName("Phone").WithSummary("The records of one task");
        phone.MapDelete("/{id:long}", DeleteAsync).WithName("DeletePhone").WithSummary("Delete a task");
    }

    private static IResult ListAsync(
        string? number, string? start_date, string? end_date, ClaimsPrincipal user, TaskReader reader, IOptions<DetectionOptions> options)
    {
        if (!IsFilter(number))
            return BadFilter();
        if (!TryDate(start_date, out var first))
            return BadDate("start_date");
        if (!TryDate(end_date, out var last))
            return BadDate("end_date");
        var zone = TimeZoneInfo.FindSystemTimeZoneById(options.Value.TimeZone);
        return new TaskList(reader.Tasks(user.UserId(), Digits(number), Midnight(first, zone), Midnight(last?.AddDays(1), zone)));
    }

    private static async Task<IResult> ReadAsync(long id, string? number, ClaimsPrincipal user, TaskReader reader, CancellationToken cancellationToken)
    {
        if (!IsFilter(number))
            return BadFilter();
        if (!await reader.ExistsAsync(user.UserId(), id, cancellationToken))
            return ApiError.NotFound();
        return TypedResults.Ok(Items(reader.Records(id, Digits(number))));
    }

    private static async Task<Results<Ok<Deleted>, ApiError>> DeleteAsync(long id, ClaimsPrincipal user, TaskIntake intake, CancellationToken cancellationToken) =>
        await intake.DeleteAsync(user.UserId(), id, cancellationToken) ? TypedResults.Ok(new Deleted("ok")) : ApiError.NotFound();

    private static async IAsyncEnumerable<RecordItem> Items(IAsyncEnumerable<RecordRow> rows)
    {
        await foreach (var row in rows)
            yield return RecordItem.Of(row);
    }

    private static bool IsFilter(string? number) => number is null || (number.Length <= NumberLength && number.All(char.IsAsciiDigit));

    private static string? Digits(string? number) => string.IsNullOrEmpty(number) ? null : number;

    private static bool TryDate(string? text, out DateOnly? date)
    {
        date = null;
        if (string.IsNullOrEmpty(text))
            return true;
        if (!DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var parsed) || parsed.Year is < 1900 or > 9998)
            return false;
        date = parsed;
        return true;
    }

    private static DateTimeOffset? Midnight(DateOnly? date, TimeZoneInfo zone) =>
        date?.ToDateTime(TimeOnly.MinValue) is { } local ? new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUniversalTime() : null;

    private static ApiError BadFilter() => ApiError.BadRequest($"number: up to {NumberLength} digits");

    private static ApiError BadDate(string name) => ApiError.BadRequest($"{name}: a date, YYYY-MM-DD");

    private sealed record Deleted(string Status);
}

/// <summary>A record as the API shows it.</summary>
internal sealed record RecordItem(long Id, string Number, int State, string Carrier, long TaskId)
{
    public static RecordItem Of(RecordRow row) => new(row.Id, row.Number, (int)row.State, row.Carrier.Text(), row.TaskId);
}
