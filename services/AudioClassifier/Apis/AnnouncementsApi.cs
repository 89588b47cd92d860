using System.IO.Compression;
using System.Security.Claims;
using EmptyNumber.AudioClassifier.Analysis;
using EmptyNumber.AudioClassifier.Infrastructure;
using EmptyNumber.AudioClassifier.Model;
using EmptyNumber.Contracts;
using EmptyNumber.ServiceDefaults.Authentication;
using EmptyNumber.ServiceDefaults.Errors;
using EmptyNumber.ServiceDefaults.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace EmptyNumber.AudioClassifier.Apis;

/// <summary>The announcement library, for operators.</summary>
internal static class AnnouncementsApi
{
    private const int DefaultPage = 500;
    private const int MaxPage = 5_000;

    /// <summary>A multipart body is the recording and its envelope.</summary>
    private const long MaxBodyBytes = WavHeader.MaxBytes + (64 * 1024);

    private const long MaxZipBytes = 256 * 1024 * 1024;

    public static void MapAnnouncementsApi(this IEndpointRouteBuilder app)
    {
        var announcements = app.MapGroup("/audio/announcements").WithTags("Audio").RequireRole(Roles.Operator, Roles.Admin);
        announcements.MapGet("/", ListAsync).WithName("Announcements").WithSummary("The library: filters, pages by id");
        announcements.MapPost("/", EnrolAsync).WithName("Enrol").WithSummary("Add an announcement: multipart audio, state, text, language, carrier")
            .WithMetadata(new RequestSizeLimitAttribute(MaxBodyBytes)).DisableAntiforgery();
        announcements.MapDelete("/{id}", DeleteAsync).WithName("DeleteAnnouncement").WithSummary("Delete an announcement");
        announcements.MapGet("/{id}/audio", ListenAsync).WithName("AnnouncementAudio").WithSummary("What it sounds like, as WAV");
        announcements.MapGet("/versions", VersionsAsync).WithName("LibraryVersions").WithSummary("The latest changes, one version each");
        announcements.MapGet("/export", ExportAsync).WithName("ExportAnnouncements").WithSummary("The library as a zip of WAV and CSV");
        announcements.MapPost("/import", ImportAsync).WithName("ImportAnnouncements").WithSummary("Take over a zip of WAV and CSV: the body is the zip")
            .WithMetadata(new RequestSizeLimitAttribute(MaxZipBytes));
    }

    private static async Task<Results<Ok<Page>, ApiError>> ListAsync(
        ClassifierDb db, Library library, int? state, string? language, string? carrier, string? text, string? after, int? limit, CancellationToken cancellationToken)
    {
        if (limit is < 1 or > MaxPage)
            return ApiError.BadRequest($"limit: 1 to {MaxPage}");
        var entries = db.Announcements.AsQueryable();
        if (state is not null)
            entries = entries.Where(entry => (int)entry.State == state);
        if (language is not null)
            entries = entries.Where(entry => entry.Language == language);
        if (carrier is not null)
            entries = entries.Where(entry => entry.Carrier == carrier);
        if (text is not null)
            entries = entries.Where(entry => entry.Text.Contains(text));
        var count = await entries.CountAsync(cancellationToken);
        if (after is not null)
            entries = entries.Where(entry => string.Compare(entry.Id, after) > 0);
        var page = await entries.OrderBy(entry => entry.Id).Take(limit ?? DefaultPage).Select(AnnouncementItem.Select).ToListAsync(cancellationToken);
        return TypedResults.Ok(new Page(await LibraryChanges.LatestAsync(db, cancellationToken), library.Current.Version, count, page));
    }

    private static async Task<Results<Ok<AnnouncementItem>, Created<AnnouncementItem>, ApiError>> EnrolAsync(
        HttpRequest request, ClaimsPrincipal user, LibraryChanges changes, ClassifierDb db, CancellationToken cancellationToken)
    {
        if (!request.HasFormContentType)
            return new ApiError(StatusCodes.Status415UnsupportedMediaType, "The body is multipart/form-data with a field audio.");
        var form = await request.ReadWellFormedAsync(cancellationToken);
        if (form.Files["audio"] is not { } file)
            return ApiError.BadRequest("audio: the WAV is missing");
        if (file.Length > WavHeader.MaxBytes)
            return new ApiError(StatusCodes.Status413PayloadTooLarge, $"audio: at most {WavHeader.MaxBytes} bytes");
        var wav = new byte[file.Length];
        await using (var stream = file.OpenReadStream())
            await stream.ReadExactlyAsync(wav, cancellationToken);
        ArraySegment<float> speech;
        try
        {
            if (!Enrolment.TryTrim(WavReader.Read(wav).Samples, out speech, out var problem))
                return ApiError.BadRequest($"audio: {problem}");
        }
        catch (WavFormatException e)
        {
            return ApiError.BadRequest($"audio: {e.Message}");
        }

        var fields = new AnnouncementForm(name => form.TryGetValue(name, out var value) ? value.ToString() : null);
        var entry = fields.Read(speech);
        if (fields.Problem is not null)
            return ApiError.BadRequest(fields.Problem);
        var enrolled = await changes.AddAsync(entry, user.Identity!.Name!, cancellationToken);
        if (enrolled.Result == EnrolledAs.Conflict)
            return Conflict(enrolled.Announcement);
        var item = await db.Announcements.Where(other => other.Id == enrolled.Announcement.Id).Select(AnnouncementItem.Select).SingleAsync(cancellationToken);
        return enrolled.Result == EnrolledAs.New ? TypedResults.Created(item.Audio, item) : TypedResults.Ok(item);
    }

    /// <summary>The library has this recording with another meaning.</summary>
    public static ApiError Conflict(Announcement same)
    {
        var meaning = same.CallerSide ? "about the caller's own line" : $"{same.State:d} {same.State.Text()}";
        return ApiError.Conflict($"audio: the same recording is in the library as {same.Id} ({meaning}: {same.Text})") with
        {
            Details = new Dictionary<string, object?> { ["announcement"] = same.Id, ["state"] = (int)same.State, ["text"] = same.Text },
        };
    }

    private static async Task<Results<Ok<Deleted>, ApiError>> DeleteAsync(
        string id, ClaimsPrincipal user, LibraryChanges changes, CancellationToken cancellationToken) =>
        await changes.DeleteAsync(id, user.Identity!.Name!, cancellationToken) is { } version ? TypedResults.Ok(new Deleted("ok", version)) : ApiError.NotFound();

    private static async Task<IResult> ListenAsync(string id, ClassifierDb db, CancellationToken cancellationToken) =>
        await db.Announcements.Where(entry => entry.Id == id).Select(entry => entry.Audio).SingleOrDefaultAsync(cancellationToken) is { } wav
            ? TypedResults.Bytes(wav, "audio/wav", enableRangeProcessing: true)
            : ApiError.NotFound();

    private static async Task<Results<Ok<Versions>, ApiError>> VersionsAsync(
        ClassifierDb db, Library library, long? before, int? limit, CancellationToken cancellationToken)
    {
        if (limit is < 1 or > MaxPage)
            return ApiError.BadRequest($"limit: 1 to {MaxPage}");
        var versions = await db.LibraryVersions.AsNoTracking()
            .Where(version => before == null || version.Version < before)
            .OrderByDescending(version => version.Version).Take(limit ?? DefaultPage).ToListAsync(cancellationToken);
        return TypedResults.Ok(new Versions(library.Current.Version, [.. versions.Select(Change.Of)]));
    }

    private static async Task<FileStreamHttpResult> ExportAsync(ClassifierDb db, CancellationToken cancellationToken)
    {
        var file = TemporaryFile();
        await using (var zip = await ZipArchive.CreateAsync(file, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null, cancellationToken))
        {
            await AnnouncementPack.WriteAsync(Packs.Entries(db), async (name, content) =>
            {
                await using var entry = await zip.CreateEntry(name, CompressionLevel.Fastest).OpenAsync(cancellationToken);
                await entry.WriteAsync(content, cancellationToken);
            });
        }

        file.Position = 0;
        return TypedResults.Stream(file, "application/zip", "announcements.zip");
    }

    private static async Task<Results<Ok<Imported>, ApiError>> ImportAsync(
        HttpRequest request, ClaimsPrincipal user, LibraryChanges changes, CancellationToken cancellationToken)
    {
        await using var file = TemporaryFile();
        await request.Body.CopyToAsync(file, cancellationToken);
        try
        {
            await using var zip = await ZipArchive.CreateAsync(file, ZipArchiveMode.Read, leaveOpen: true, entryNameEncoding: null, cancellationToken);
            return TypedResults.Ok(new Imported(await changes.ImportAsync(AnnouncementPack.ReadZip(zip), user.Identity!.Name!, onlyIfEmpty: false, cancellationToken)));
        }
        catch (InvalidDataException e)
        {
            return ApiError.BadRequest($"The body is not a pack of announcements: {e.Message}");
        }
    }

    private static FileStream TemporaryFile() => new(
        Path.GetTempFileName(), FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 64 * 1024, FileOptions.DeleteOnClose | FileOptions.Asynchronous);

    /// <summary>A part of the library.</summary>
    /// <param name="Version">The latest version.</param>
    /// <param name="InForce">The version that the answering replica hears with; a second behind at most.</param>
    /// <param name="Count">How many pass the filter.</param>
    private sealed record Page(long Version, long InForce, int Count, IReadOnlyList<AnnouncementItem> Announcements);

    private sealed record Deleted(string Status, long Version);

    /// <param name="Changed">How many announcements came or changed.</param>
    private sealed record Imported(int Changed);

    private sealed record Versions(long InForce, IReadOnlyList<Change> Changes);

    private sealed record Change(long Version, DateTimeOffset ChangedAt, string ChangedBy, string Kind, string[] Announcements)
    {
        public static Change Of(LibraryVersion version) =>
            new(version.Version, version.ChangedAt, version.ChangedBy, version.Change.ToString().ToLowerInvariant(), version.Announcements);
    }
}
