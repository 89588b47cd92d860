using System.Diagnostics;
using System.Text.Json.Serialization;
using EmptyNumber.AudioClassifier.Analysis;
using EmptyNumber.AudioClassifier.Infrastructure;
using EmptyNumber.Contracts;
using EmptyNumber.ServiceDefaults.Authentication;
using EmptyNumber.ServiceDefaults.Errors;
using EmptyNumber.ServiceDefaults.OpenApi;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace EmptyNumber.AudioClassifier.Apis;

/// <summary>A verdict at once, for operators.</summary>
internal static class ClassifyApi
{
    public static void MapClassifyApi(this IEndpointRouteBuilder app) =>
        app.MapPost("/audio/classify", ClassifyAsync).WithTags("Audio").RequireRole(Roles.Operator, Roles.Admin)
            .WithMetadata(new RequestSizeLimitAttribute(WavHeader.MaxBytes))
            .WithName("Classify").WithSummary("What a recording says: the body is the WAV")
            .WithDescription("sip_code, q850_cause and answered: what the signalling of the call said besides. Where it speaks for another state than the sound, that is signalled_state; the sound decides.")
            .DocumentsBody(new DocumentedBody { FileType = "audio/wav" });

    private static async Task<Results<Ok<Answer>, ApiError>> ClassifyAsync(
        HttpRequest request, CallAnalyzer analyzer, Library library,
        [FromQuery(Name = "sip_code")] int? sipCode, [FromQuery(Name = "q850_cause")] int? q850Cause, bool? answered, CancellationToken cancellationToken)
    {
        if (sipCode is < 100 or > 699)
            return ApiError.BadRequest("sip_code: a SIP status, 100 to 699");
        if (q850Cause is < 0 or > 127)
            return ApiError.BadRequest("q850_cause: a release cause, 0 to 127");
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, cancellationToken);
        try
        {
            var watch = Stopwatch.StartNew();
            var signalling = new Signalling(sipCode, q850Cause, answered);
            var verdict = analyzer.Analyze(body.GetBuffer().AsSpan(0, (int)body.Length), signalling, library.Current.Announcements);
            return TypedResults.Ok(Answer.Of(verdict, watch.Elapsed));
        }
        catch (WavFormatException e)
        {
            return ApiError.BadRequest($"The body is not a recording: {e.Message}");
        }
    }

    private sealed record Answer(
        int State, string StateText, int? EmbeddedState, double Confidence, string? Tone, AnnouncementMatch? Announcement,
        IReadOnlyList<Segment> Segments, double ElapsedMs,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? SignalledState)
    {
        public static Answer Of(Verdict verdict, TimeSpan elapsed) => new(
            (int)verdict.State, verdict.State.Text(), (int?)verdict.EmbeddedState, verdict.Confidence, verdict.Tone?.ToString().ToLowerInvariant(),
            verdict.Announcement, [.. verdict.Segments.Select(Segment.Of)], Math.Round(elapsed.TotalMilliseconds, 1), (int?)verdict.SignalledState);
    }

    private sealed record Segment(string Kind, double StartS, double EndS)
    {
        public static Segment Of(AudioSegment segment) => new(segment.Kind.ToString().ToLowerInvariant(), segment.StartS, segment.EndS);
    }
}
