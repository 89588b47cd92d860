using System.Globalization;
using System.Text.Json;
using EmptyNumber.Contracts;
using EmptyNumber.DialerCoordinator.Infrastructure;
using EmptyNumber.DialerCoordinator.Model;
using EmptyNumber.ServiceDefaults.Errors;
using EmptyNumber.ServiceDefaults.Http;
using EmptyNumber.ServiceDefaults.Recordings;
using Microsoft.EntityFrameworkCore;

namespace EmptyNumber.DialerCoordinator.Apis;

/// <summary>Every call that has ended: what was heard, signalled and made of it.</summary>
internal static class CallApi
{
    private const string Unclassified = "unclassified";

    private static readonly string[] Outcomes = [.. Enum.GetValues<CallOutcome>().Select(Word), Unclassified];

    public static void MapCallApi(this IEndpointRouteBuilder operators)
    {
        var calls = operators.MapGroup("/calls");
        calls.MapGet("/", ListAsync).WithName("Calls").WithSummary("Calls that have ended, newest first, page by page")
            .WithDescription(
                "Filters: number; extension; client (the beginning of its id, 8 digits or more); outcome ("
                + string.Join(", ", Outcomes) + "); since and until (ISO 8601, since included, until not). after: next of the page before; limit: 1 to 1000 (100).")
            .Produces<Envelope<Page>>();
        calls.MapGet("/{id:guid}/recording", ListenAsync).WithName("CallRecording").WithSummary("What a call sounded like")
            .Produces(StatusCodes.Status200OK, contentType: "audio/wav");
    }

    private static async Task<IResult> ListAsync(HttpRequest request, CoordinatorDb db, CancellationToken cancellationToken)
    {
        var query = new QueryReader(request.Query);
        var matching = db.Calls.AsNoTracking();
        if (query.Text("number") is { } text)
        {
            var number = PhoneNumber.TryNormalise(text, out var normal) ? normal : query.Bad<string>("number: a mobile number, 11 digits");
            matching = matching.Where(call => call.Number == number);
        }

        if (query.Text("extension") is { } extension)
            matching = matching.Where(call => call.Extension == extension);
        if (query.Text("client") is { } client)
        {
            if (client.Length < 8 || !client.All(char.IsAsciiHexDigitLower))
                query.Bad<string>("client: the beginning of its id, 8 hex digits or more");
            matching = matching.Where(call => call.ClientId.StartsWith(client));
        }

        if (query.OneOf("outcome", Outcomes) is { } word)
        {
            CallOutcome? outcome = word == Unclassified ? null : Enum.GetValues<CallOutcome>().Single(known => Word(known) == word);
            matching = matching.Where(call => call.Outcome == outcome);
        }

        if (query.Moment("since") is { } since)
            matching = matching.Where(call => call.StartedAt >= since);
        if (query.Moment("until") is { } until)
            matching = matching.Where(call => call.StartedAt < until);
        if (query.Text("after") is { } after)
        {
            if (Cursor.TryRead(after, out var cursor))
                matching = matching.Where(call => EF.Functions.LessThan(ValueTuple.Create(call.StartedAt, call.Id), ValueTuple.Create(cursor.StartedAt, cursor.Id)));
            else
                query.Bad<string>("after: next of the page before");
        }

        var size = query.Limit("limit", OperatorApi.MaxLimit) ?? OperatorApi.DefaultLimit;
        if (query.Problem is { } problem)
            return problem;
        var page = await matching.OrderByDescending(call => call.StartedAt).ThenByDescending(call => call.Id).Take(size + 1).ToListAsync(cancellationToken);
        var address = new Uri($"{request.Scheme}://{request.Host}/calls/");
        return TypedResults.Ok(Envelope.Of(new Page(
            [.. page.Take(size).Select(call => Item.Of(call, address))], page.Count > size ? new Cursor(page[size - 1].StartedAt, page[size - 1].Id).ToString() : null)));
    }

    private static async Task<IResult> ListenAsync(Guid id, CoordinatorDb db, IRecordingStore store, CancellationToken cancellationToken)
    {
        var recording = await db.Calls.Where(call => call.Id == id).Select(call => call.RecordingId).SingleOrDefaultAsync(cancellationToken);
        return recording is not null && await store.ReadAsync(recording, cancellationToken) is { } wav
            ? TypedResults.Bytes(wav, "audio/wav", enableRangeProcessing: true)
            : new ApiError(StatusCodes.Status404NotFound, "there is no such call, or no recording of it any more");
    }

    private static string Word(CallOutcome outcome) => JsonNamingPolicy.SnakeCaseLower.ConvertName(outcome.ToString());

    /// <summary>A call's place in the order of the list: microseconds since 1970, and its id.</summary>
    private readonly record struct Cursor(DateTimeOffset StartedAt, Guid Id)
    {
        public static bool TryRead(string text, out Cursor cursor)
        {
            cursor = default;
            if (text.Split('.') is not [var time, var id]
                || !long.TryParse(time, NumberStyles.None, CultureInfo.InvariantCulture, out var microseconds) || microseconds > DateTimeOffset.MaxValue.ToUnixTimeMilliseconds() * 1000
                || !Guid.TryParseExact(id, "N", out var guid))
            {
                return false;
            }

            cursor = new Cursor(DateTimeOffset.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond), guid);
            return true;
        }

        public override string ToString() => $"{(StartedAt - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond}.{Id:N}";
    }

    private sealed record Page(IReadOnlyList<Item> Calls, string? Next);

    private sealed record Item(
        Guid Id, string Number, DateTimeOffset StartedAt, string ExtensionNum, string Client, string Outcome, string? Failure,
        int? SipCode, int? Q850Cause, bool? Answered,
        int? State, string? StateText, int? EmbeddedState, double? Confidence, int? SignalledState, string? Tone, AnnouncementMatch? Announcement,
        string? Recording)
    {
        public static Item Of(Call call, Uri calls)
        {
            var verdict = call.ReadVerdict();
            return new Item(
                call.Id, call.Number, call.StartedAt, call.Extension, FleetClient.Short(call.ClientId),
                call.Outcome is { } outcome ? Word(outcome) : Unclassified, call.Failure, call.SipCode, call.Q850Cause, call.Answered,
                (int?)verdict?.State, verdict?.State.Text(), (int?)verdict?.EmbeddedState, verdict?.Confidence, (int?)verdict?.SignalledState,
                verdict?.Tone?.ToString().ToLowerInvariant(), verdict?.Announcement,
                call.RecordingId is null ? null : new Uri(calls, $"{call.Id}/recording").ToString());
        }
    }
}
