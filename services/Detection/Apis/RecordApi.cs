using System.Security.Claims;
using System.Text.Json;
using EmptyNumber.Contracts;
using EmptyNumber.Detection.Infrastructure;
using EmptyNumber.Detection.Model;
using EmptyNumber.ServiceDefaults.Authentication;
using EmptyNumber.ServiceDefaults.Errors;
using EmptyNumber.ServiceDefaults.Recordings;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EmptyNumber.Detection.Apis;

/// <summary>One record with the evidence for its state.</summary>
internal static class RecordApi
{
    public static void MapRecordApi(this IEndpointRouteBuilder app)
    {
        var records = app.MapGroup("/record").WithTags("Detection").RequireToken();
        records.MapGet("/{id:long}", ReadAsync).WithName("Record").WithSummary("One record with the evidence for its state");
        records.MapGet("/{id:long}/recording/{call:guid}", ListenAsync).WithName("Recording").WithSummary("What one of its calls sounded like, as WAV");
    }

    private static async Task<Results<Ok<RecordDetails>, ApiError>> ReadAsync(
        long id, HttpRequest request, ClaimsPrincipal user, TaskReader reader, CancellationToken cancellationToken) =>
        await reader.RecordAsync(user.UserId(), id, cancellationToken) is { } record
            ? TypedResults.Ok(RecordDetails.Of(record, new Uri($"{request.Scheme}://{request.Host}/record/{id}/recording/")))
            : ApiError.NotFound();

    private static async Task<IResult> ListenAsync(
        long id, Guid call, ClaimsPrincipal user, TaskReader reader, IRecordingStore store, CancellationToken cancellationToken)
    {
        var record = await reader.RecordAsync(user.UserId(), id, cancellationToken);
        var recording = Calls(record).FirstOrDefault(attempt => attempt.CallId == call)?.RecordingId;
        if (recording is null)
            return ApiError.NotFound();
        return await store.ReadAsync(recording, cancellationToken) is { } wav
            ? TypedResults.Bytes(wav, "audio/wav", enableRangeProcessing: true)
            : new ApiError(StatusCodes.Status404NotFound, "The recording is no longer kept");
    }

    private static CallAttempt[] Calls(NumberRecord? record) =>
        record?.Attempts is null ? [] : JsonSerializer.Deserialize<CallAttempt[]>(record.Attempts)!;

    private sealed record RecordDetails(
        long Id, string Number, int State, string Carrier, long TaskId, string StateText, int? EmbeddedState, double? Confidence,
        DateTimeOffset? DecidedAt, string? Reason, IReadOnlyList<Attempt> Attempts, string? Recording)
    {
        public static RecordDetails Of(NumberRecord record, Uri recordings)
        {
            Attempt[] attempts = [.. Calls(record).Select(call => Attempt.Of(call, recordings))];
            return new RecordDetails(
                record.Id, record.Number, (int)record.State, record.Carrier.Text(), record.TaskId, record.State.Text(), (int?)record.EmbeddedState,
                record.Confidence, record.DecidedAt, record.Reason, attempts, attempts.LastOrDefault(attempt => attempt.Recording is not null)?.Recording);
        }
    }

    private sealed record Attempt(
        Guid CallId, DateTimeOffset StartedAt, string Extension, int? SipCode, int? Q850Cause, bool? Answered, int State, double Confidence,
        int? SignalledState, string? Tone, AnnouncementMatch? Announcement, string? Recording, string? Failure)
    {
        public static Attempt Of(CallAttempt call, Uri recordings) => new(
            call.CallId, call.StartedAt, call.Extension, call.Signalling.SipCode, call.Signalling.Q850Cause, call.Signalling.Answered,
            (int)call.State, call.Confidence, (int?)call.SignalledState, call.Tone?.ToString().ToLowerInvariant(), call.Announcement,
            call.RecordingId is null ? null : new Uri(recordings, call.CallId.ToString()).ToString(), call.Failure);
    }
}
