using System.Security.Claims;
using System.Text.Json;
using EmptyNumber.AudioClassifier.Infrastructure;
using EmptyNumber.AudioClassifier.Model;
using EmptyNumber.ServiceDefaults.Authentication;
using EmptyNumber.ServiceDefaults.Errors;
using EmptyNumber.ServiceDefaults.Recordings;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace EmptyNumber.AudioClassifier.Apis;

/// <summary>What nothing matched, for operators to say what it is.</summary>
internal static class UnknownApi
{
    private const int DefaultPage = 50;
    private const int MaxPage = 1_000;
    private const int Examples = 5;

    public static void MapUnknownApi(this IEndpointRouteBuilder app)
    {
        var unknown = app.MapGroup("/audio/unknown").WithTags("Audio").RequireRole(Roles.Operator, Roles.Admin);
        unknown.MapGet("/", ListAsync).WithName("Unknown").WithSummary("Recordings that nothing matched, grouped by what they say, largest group first");
        unknown.MapGet("/{group:long}/audio", ListenAsync).WithName("UnknownAudio").WithSummary("What a group says, from its best recording, as WAV");
        unknown.MapGet("/{group:long}/recordings", RecordingsAsync).WithName("UnknownRecordings").WithSummary("The recordings of a group, latest first");
        unknown.MapGet("/{group:long}/recordings/{call:guid}", ListenToCallAsync).WithName("UnknownRecording").WithSummary("One recording of a group, whole, as WAV");
        unknown.MapPost("/{group:long}/label", LabelAsync).WithName("Label")
            .WithSummary("Say what a group is: it becomes an announcement, and the numbers that it left unknown are settled");
    }

    private static async Task<Results<Ok<Page>, ApiError>> ListAsync(ClassifierDb db, int? offset, int? limit, int? least, CancellationToken cancellationToken)
    {
        if (Problem(offset, limit) is { } problem)
            return problem;
        var groups = db.UnknownGroups.AsNoTracking().Where(group => group.AnnouncementId == null && group.Recordings >= (least ?? 1));
        var page = await groups.OrderByDescending(group => group.Recordings).ThenByDescending(group => group.Id)
            .Skip(offset ?? 0).Take(limit ?? DefaultPage)
            .Select(group => new
            {
                Group = group,
                Seconds = db.UnknownExemplars.Where(exemplar => exemplar.GroupId == group.Id).Max(exemplar => (double?)exemplar.Seconds) ?? 0,
                Examples = db.UnknownRecordings.Where(recording => recording.GroupId == group.Id)
                    .OrderByDescending(recording => recording.HeardAt).Take(Examples).ToList(),
            }).ToListAsync(cancellationToken);
        return TypedResults.Ok(new Page(
            await groups.CountAsync(cancellationToken),
            await db.UnknownRecordings.CountAsync(recording => recording.GroupId == null, cancellationToken),
            [.. page.Select(item => Group.Of(item.Group, item.Seconds, item.Examples))]));
    }

    private static async Task<Results<Ok<Example[]>, ApiError>> RecordingsAsync(long group, ClassifierDb db, int? offset, int? limit, CancellationToken cancellationToken)
    {
        if (Problem(offset, limit) is { } problem)
            return problem;
        var recordings = await db.UnknownRecordings.AsNoTracking().Where(recording => recording.GroupId == group)
            .OrderByDescending(recording => recording.HeardAt).ThenBy(recording => recording.CallId)
            .Skip(offset ?? 0).Take(limit ?? DefaultPage).ToListAsync(cancellationToken);
        return TypedResults.Ok<Example[]>([.. recordings.Select(Example.Of)]);
    }

    private static async Task<IResult> ListenAsync(long group, ClassifierDb db, CancellationToken cancellationToken) =>
        await db.UnknownExemplars.Where(exemplar => exemplar.GroupId == group).OrderByDescending(exemplar => exemplar.Worth)
            .Select(exemplar => exemplar.Audio).FirstOrDefaultAsync(cancellationToken) is { } wav
            ? TypedResults.Bytes(wav, "audio/wav", enableRangeProcessing: true)
            : ApiError.NotFound();

    private static async Task<IResult> ListenToCallAsync(long group, Guid call, ClassifierDb db, IRecordingStore store, CancellationToken cancellationToken) =>
        await db.UnknownRecordings.Where(recording => recording.GroupId == group && recording.CallId == call).Select(recording => recording.RecordingId)
            .SingleOrDefaultAsync(cancellationToken) is { } id && await store.ReadAsync(id, cancellationToken) is { } wav
            ? TypedResults.Bytes(wav, "audio/wav", enableRangeProcessing: true)
            : ApiError.NotFound();

    private static async Task<Results<Ok<Labelled>, ApiError>> LabelAsync(
        long group, JsonElement body, ClaimsPrincipal user, UnknownLabels labels, ClassifierDb db, CancellationToken cancellationToken)
    {
        if (body.ValueKind != JsonValueKind.Object)
            return ApiError.BadRequest("The body is a JSON object with state and text.");
        var fields = new AnnouncementForm(name => body.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value.ToString() : null);
        fields.Read([]);
        if (fields.Problem is not null)
            return ApiError.BadRequest(fields.Problem);
        if (await labels.LabelAsync(group, speech => fields.Read(speech), user.Identity!.Name!, cancellationToken) is not var (enrolled, recordings))
            return ApiError.NotFound();
        if (enrolled.Result == EnrolledAs.Conflict)
            return AnnouncementsApi.Conflict(enrolled.Announcement);
        return TypedResults.Ok(new Labelled(
            await db.Announcements.Where(entry => entry.Id == enrolled.Announcement.Id).Select(AnnouncementItem.Select).SingleAsync(cancellationToken), recordings));
    }

    private static ApiError? Problem(int? offset, int? limit) =>
        offset is < 0 ? ApiError.BadRequest("offset: 0 or more")
        : limit is < 1 or > MaxPage ? ApiError.BadRequest($"limit: 1 to {MaxPage}")
        : null;

    /// <summary>A part of the groups.</summary>
    /// <param name="Count">All groups.</param>
    /// <param name="Ungrouped">Recordings that are in none: not yet compared, or too short or unclear to be told from others.</param>
    private sealed record Page(int Count, int Ungrouped, IReadOnlyList<Group> Groups);

    /// <param name="Id">What a label is given to.</param>
    /// <param name="Recordings">How many say this.</param>
    /// <param name="Seconds">How much of it was heard in one recording.</param>
    /// <param name="Audio">Where the best recording of it can be heard.</param>
    /// <param name="Examples">The latest.</param>
    private sealed record Group(
        long Id, int Recordings, DateTimeOffset FirstHeardAt, DateTimeOffset LastHeardAt, double Seconds, string Audio, IReadOnlyList<Example> Examples)
    {
        public static Group Of(UnknownGroup group, double seconds, IEnumerable<UnknownRecording> examples) => new(
            group.Id, group.Recordings, group.FirstHeardAt, group.LastHeardAt, Math.Round(seconds, 2), $"/audio/unknown/{group.Id}/audio", [.. examples.Select(Example.Of)]);
    }

    private sealed record Example(Guid CallId, DateTimeOffset HeardAt, string Audio)
    {
        public static Example Of(UnknownRecording recording) =>
            new(recording.CallId, recording.HeardAt, $"/audio/unknown/{recording.GroupId}/recordings/{recording.CallId}");
    }

    /// <param name="Announcement">What it became, or the announcement that was the same already.</param>
    /// <param name="Settling">How many recordings are being classified again.</param>
    private sealed record Labelled(AnnouncementItem Announcement, int Settling);
}
