using System.Security.Claims;
using EmptyNumber.Contracts;
using EmptyNumber.Detection.Infrastructure;
using EmptyNumber.Detection.Model;
using EmptyNumber.ServiceDefaults.Authentication;
using Microsoft.Extensions.Options;

namespace EmptyNumber.Detection.Apis;

/// <summary>The state table, and what a customer has used.</summary>
internal static class AccountApi
{
    public static void MapAccountApi(this IEndpointRouteBuilder app)
    {
        app.MapGet("/states", States).WithTags("Detection").WithName("States").WithSummary("The state table");
        app.MapGet("/usage", UsageAsync).WithTags("Detection").RequireToken().WithName("Usage").WithSummary("What you submitted and what came of it, by day");
    }

    private static IEnumerable<StateItem> States() => NumberStates.All.Select(state =>
        new StateItem((int)state, state.ToString(), state.Text(), state != NumberState.Pending));

    private static async Task<IResult> UsageAsync(
        HttpRequest request, ClaimsPrincipal user, TaskReader reader, IOptions<DetectionOptions> options, CancellationToken cancellationToken)
    {
        var query = new Query(request.Query);
        var (first, last) = (query.Day("start_date"), query.Day("end_date"));
        if (query.Problem is { } problem)
            return problem;
        var days = await reader.UsageAsync(user.UserId(), first, last, cancellationToken);
        var limits = options.Value.LimitsOf(user.Identity?.Name ?? "");
        return TypedResults.Ok(new Usage(
            days.Sum(day => day.Submitted), days.Sum(day => day.Dialled), days.Sum(day => day.Reused),
            StateCounts.ByState(Enumerable.Range(0, StateCounts.Slots.Count).Select(slot => days.Sum(day => day.States[slot]))),
            new Limits(limits.NumbersPerDay, limits.OpenNumbers),
            [.. days.Select(day => new UsageItem(day.Day, day.Submitted, day.Dialled, day.Reused, StateCounts.ByState(day.States)))]));
    }

    private sealed record StateItem(int State, string Name, string Text, bool Final);

    private sealed record Usage(
        long Submitted, long Dialled, long Reused, IReadOnlyDictionary<string, long> States, Limits Limits, IReadOnlyList<UsageItem> Days);

    private sealed record Limits(long NumbersPerDay, long OpenNumbers);

    private sealed record UsageItem(DateOnly Day, long Submitted, long Dialled, long Reused, IReadOnlyDictionary<string, long> States);
}
