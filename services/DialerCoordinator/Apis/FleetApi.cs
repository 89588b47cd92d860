using EmptyNumber.Contracts;
using EmptyNumber.DialerCoordinator.Infrastructure;

namespace EmptyNumber.DialerCoordinator.Apis;

/// <summary>The whole fleet at one moment: clients, extensions, the queue.</summary>
internal static class FleetApi
{
    public static void MapFleetApi(this IEndpointRouteBuilder operators) =>
        operators.MapGet("/fleet", ReadAsync).WithName("Fleet").WithSummary("Who is there, what each extension is doing, and how much waits")
            .WithDescription(
                "A client is shown by the beginning of its id, which lets nobody act for it. An extension is free (leased to nobody), idle, assigned, "
                + "dialling, unregistered or quarantined; since is when its number was assigned or its quarantine began. The queue's held tells how many "
                + "numbers each calling rule holds back; rules whether calling hours are open, when that changes, and which extensions have made their calls of this "
                + "hour. Ages are in seconds.");

    private static async Task<Envelope<Fleet>> ReadAsync(
        FleetReport report, HeldBack heldBack, TimeProvider time, CancellationToken cancellationToken)
    {
        var state = await report.ReadAsync(cancellationToken);
        var held = state.Roster.Leases.ToLookup(lease => lease.Value, lease => lease.Key);
        var now = time.GetUtcNow();
        return Envelope.Of(new Fleet(
            now,
            [.. state.Roster.Clients.OrderBy(client => client.Name, StringComparer.Ordinal).Select(client => new ClientItem(
                client.Shown, client.Name, Math.Round(client.Silence.TotalSeconds, 1), [.. held[client].Order(StringComparer.Ordinal)]))],
            [.. state.Extensions.Select(ExtensionItem.Of)],
            new Counts(state.Roster.Clients.Count, ByName<ExtensionDoing>(doing => state.Extensions.Count(extension => extension.Doing == doing))),
            Queue.Of(state, now),
            Rules.Of(await heldBack.ReadAsync(cancellationToken))));
    }

    private static Dictionary<string, long> ByName<T>(Func<T, long> count)
        where T : struct, Enum => Enum.GetValues<T>().ToDictionary(Name, count);

    private static string Name<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    private sealed record Fleet(
        DateTimeOffset At, IReadOnlyList<ClientItem> Clients, IReadOnlyList<ExtensionItem> Extensions, Counts Counts, Queue Queue, Rules Rules);

    private sealed record ClientItem(string Client, string Name, double HeartbeatAge, IReadOnlyList<string> Extensions);

    private sealed record ExtensionItem(string ExtensionNum, string State, string? Client, string? PhoneNum, DateTimeOffset? Since, string? Reason)
    {
        public static ExtensionItem Of(ExtensionActivity activity) => new(
            activity.Extension, Name(activity.Doing), activity.ClientId is { } client ? FleetClient.Short(client) : null, activity.Number,
            activity.Since, activity.Reason);
    }

    private sealed record Counts(int Clients, IReadOnlyDictionary<string, long> Extensions);

    private sealed record Queue(
        IReadOnlyDictionary<string, long> Waiting, DateTimeOffset? OldestAt, double? OldestAge, int WithClassifier, long Paused,
        IReadOnlyDictionary<string, long> Held)
    {
        public static Queue Of(FleetState state, DateTimeOffset now)
        {
            DateTimeOffset? oldest = state.Waiting is [] ? null : state.Waiting.Min(depth => depth.OldestAt);
            return new Queue(
                ByName<Priority>(priority => state.Waiting.SingleOrDefault(depth => depth.Priority == priority)?.Numbers ?? 0),
                oldest, oldest is null ? null : Math.Round((now - oldest.Value).TotalSeconds, 1), state.Recorded,
                state.Deferred.SingleOrDefault(numbers => numbers.Reason is null)?.Numbers ?? 0,
                state.Deferred.Where(numbers => numbers.Reason is not null).ToDictionary(numbers => numbers.Reason!, numbers => numbers.Numbers));
        }
    }

    private sealed record Rules(bool Open, DateTimeOffset? ChangesAt, IReadOnlyList<string> ExtensionsAtLimit)
    {
        public static Rules Of(HeldBackReport report) => new(report.IsOpen, report.ChangesAt, report.Extensions);
    }
}
