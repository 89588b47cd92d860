using System.Security.Claims;
using System.Text.Json;
using EmptyNumber.Contracts;
using EmptyNumber.Detection.Infrastructure;
using EmptyNumber.Detection.Model;
using EmptyNumber.ServiceDefaults.Authentication;
using EmptyNumber.ServiceDefaults.Errors;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EmptyNumber.Detection.Apis;

/// <summary>One record with the evidence for its state.</summary>
internal static class RecordApi
{
    public static void MapRecordApi(this IEndpointRouteBuilder app) =>
        app.MapGet("/record/{id:long}", ReadAsync).WithTags("Detection").RequireToken()
            .WithName("Record").WithSummary("One record with the evidence for its state");

    private static async Task<Results<Ok<RecordDetails>, ApiError>> ReadAsync(
        long id, ClaimsPrincipal user, TaskReader reader, CancellationToken cancellationToken) =>
        await reader.RecordAsync(user.UserId(), id, cancellationToken) is { } record ? TypedResults.Ok(RecordDetails.Of(record)) : ApiError.NotFound();

    private sealed record RecordDetails(
        long Id, string Number, int State, string Carrier, long TaskId, string StateText, int? EmbeddedState, double? Confidence,
        DateTimeOffset? DecidedAt, string? Reason, IReadOnlyList<Attempt> Attempts)
    {
        public static RecordDetails Of(NumberRecord record) => new(
            record.Id, record.Number, (int)record.State, record.Carrier.Text(), record.TaskId, record.State.Text(), (int?)record.EmbeddedState,
            record.Confidence, record.DecidedAt, record.Reason,
            record.Attempts is null ? [] : [.. JsonSerializer.Deserialize<CallAttempt[]>(record.Attempts)!.Select(Attempt.Of)]);
    }

    private sealed record Attempt(
        Guid CallId, DateTimeOffset StartedAt, string Extension, int? SipCode, int? Q850Cause, bool? Answered, int State, double Confidence,
        string? Tone, AnnouncementMatch? Announcement, string? Failure)
    {
        public static Attempt Of(CallAttempt call) => new(
            call.CallId, call.StartedAt, call.Extension, call.Signalling.SipCode, call.Signalling.Q850Cause, call.Signalling.Answered,
            (int)call.State, call.Confidence, call.Tone?.ToString().ToLowerInvariant(), call.Announcement, call.Failure);
    }
}
