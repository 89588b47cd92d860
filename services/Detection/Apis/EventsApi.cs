using System.Globalization;
using System.Security.Claims;
using EmptyNumber.Detection.Infrastructure;
using EmptyNumber.ServiceDefaults.Authentication;
using EmptyNumber.ServiceDefaults.Errors;

namespace EmptyNumber.Detection.Apis;

/// <summary>Following a task while it is worked on.</summary>
internal static class EventsApi
{
    public static void MapEventsApi(this IEndpointRouteBuilder app) =>
        app.MapGet("/detect/{id:long}/events", FollowAsync).WithTags("Detection").RequireToken()
            .WithName("Events").WithSummary("Follow a task: server-sent events progress, and finished at the end; Last-Event-ID resumes")
            .Produces<string>(contentType: "text/event-stream");

    private static async Task<IResult> FollowAsync(
        long id, HttpRequest request, ClaimsPrincipal user, TaskWatches watches, CancellationToken cancellationToken) =>
        await watches.ReadAsync(user.UserId(), id, cancellationToken) is { } progress
            ? new ProgressStream(progress, LastEventId(request))
            : ApiError.NotFound();

    private static int? LastEventId(HttpRequest request) =>
        int.TryParse(request.Headers["Last-Event-ID"], NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;
}
