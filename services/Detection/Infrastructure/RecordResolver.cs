using System.Diagnostics;
using System.Text.Json;
using EmptyNumber.Contracts;
using EmptyNumber.Detection.Model;
using EmptyNumber.ServiceDefaults.Telemetry;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace EmptyNumber.Detection.Infrastructure;

/// <summary>The final state of one record.</summary>
/// <param name="RecordId">The record.</param>
/// <param name="State">A final state.</param>
/// <param name="EmbeddedState">A second state inside the first.</param>
/// <param name="Confidence">The chance that it is right, 0 to 1.</param>
/// <param name="Reason">Why there is no state, where nobody dialled.</param>
/// <param name="DecidedAt">When, UTC.</param>
/// <param name="Attempts">The calls that were made, as JSON.</param>
internal readonly record struct Resolution(
    long RecordId, NumberState State, NumberState? EmbeddedState, double Confidence, string? Reason, DateTimeOffset DecidedAt, string Attempts);

/// <summary>Brings records to their final state, each exactly once, and counts them; a task's end makes its webhook due.</summary>
internal sealed class RecordResolver(DetectionDb db, WebhookSignal webhooks, IOptions<DetectionOptions> options, TimeProvider time)
{
    private static readonly ActivitySource Source = new(TelemetryExtensions.Prefix + "Detection");

    /// <summary>A number may stand in a task a million times, each time with its evidence.</summary>
    private const int ResolvedAtOnce = 5000;

    private const int Unknown = (int)NumberState.Unknown;

    private static readonly int[] Slots = [.. StateCounts.Slots.Select(state => (int)state)];

    /// <summary>
    /// Resolves what calls settled. Records that are final already, or gone, are passed over; one that ended as unknown takes a state
    /// that was learnt later, once.
    /// </summary>
    public async Task ResolveAsync(IEnumerable<ResolvedNumber> numbers, CancellationToken cancellationToken)
    {
        var settled = numbers.ToArray();
        var spans = settled.Where(number => number.TraceParent is not null)
            .Select(number => Source.StartActivity("number resolved", ActivityKind.Internal, number.TraceParent)).ToArray();
        var resolutions = settled.OrderBy(number => number.State is NumberState.Unknown).SelectMany(Resolutions)
            .DistinctBy(resolution => resolution.RecordId);
        foreach (var piece in resolutions.Chunk(ResolvedAtOnce))
            await ResolveAsync(piece, reused: false, cancellationToken);
        foreach (var span in spans)
            span?.Dispose();
    }

    /// <summary>
    /// Resolves records in one statement, with every counter that tells of them. A correction moves a record from one state's count to
    /// another's; what was finished, told or used stays so.
    /// </summary>
    /// <param name="resolutions">A record stands here once.</param>
    /// <param name="reused">Whether earlier verdicts settled them, not calls.</param>
    /// <param name="cancellationToken">Ends it; nothing has changed then.</param>
    public async Task ResolveAsync(Resolution[] resolutions, bool reused, CancellationToken cancellationToken)
    {
        var ids = Array.ConvertAll(resolutions, r => r.RecordId);
        var states = Array.ConvertAll(resolutions, r => (int)r.State);
        var embedded = Array.ConvertAll(resolutions, r => (int?)r.EmbeddedState);
        var confidences = Array.ConvertAll(resolutions, r => r.Confidence);
        var reasons = Array.ConvertAll(resolutions, r => r.Reason);
        var decided = Array.ConvertAll(resolutions, r => r.DecidedAt);
        var attempts = Array.ConvertAll(resolutions, r => r.Attempts);
        var now = time.GetUtcNow();
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, options.Value.Zone).DateTime);

        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);

        // PostgreSQL knows nothing yet of a table that was just filled, and would read all of it for a few records.
        await db.Database.ExecuteSqlAsync($"set local enable_seqscan = off", cancellationToken);

        // Tasks first and in order, as whoever deletes one does: batches that share tasks wait, they do not deadlock.
        await db.Database.ExecuteSqlAsync(
            $"select from tasks where id in (select task_id from records where id = any({ids})) order by id for update", cancellationToken);
        var told = await db.Database.ExecuteSqlAsync(
            $"""
            with resolved as (
                select * from unnest({ids}, {states}, {embedded}, {confidences}, {reasons}, {decided}, {attempts})
                as r (id, state, embedded_state, confidence, reason, decided_at, attempts)
            ), open as (
                select records.id, records.state from records join resolved using (id)
                where records.state = 0 or (records.state = {Unknown} and resolved.state <> {Unknown} and not {reused})
            ), changed as (
                update records
                set state = resolved.state, embedded_state = resolved.embedded_state, confidence = resolved.confidence, reason = resolved.reason,
                    decided_at = case open.state when 0 then resolved.decided_at else records.decided_at end, attempts = resolved.attempts::jsonb
                from resolved join open using (id) where records.id = resolved.id
                returning records.task_id, records.state, open.state as was
            ), moved as (
                select task_id, state, 1 as n, was = 0 as is_fresh from changed
                union all
                select task_id, was, -1, false from changed where was <> 0
            ), slots as (
                select state, slot from unnest({Slots}) with ordinality as s (state, slot)
            ), counted as (
                select task_id, sum(n)::int as records, array_agg(n order by slot) as states, array_agg(fresh order by slot) as fresh
                from (
                    select t.task_id, slots.slot, coalesce(sum(moved.n), 0)::int as n, count(*) filter (where moved.is_fresh)::int as fresh
                    from (select distinct task_id from changed) t cross join slots
                    left join moved on moved.task_id = t.task_id and moved.state = slots.state
                    group by t.task_id, slots.slot
                ) as by_slot group by task_id
            ), advanced as (
                update tasks
                set finished = finished + counted.records,
                    states = (select array_agg(a + b order by slot) from unnest(tasks.states, counted.states) with ordinality as u (a, b, slot)),
                    finished_at = case when counted.records > 0 and finished + counted.records = total then {now} else finished_at end
                from counted where tasks.id = counted.task_id
                returning tasks.id, tasks.user_id, tasks.callback_url, tasks.finished, tasks.total, tasks.states, counted.records, counted.fresh as added
            ), used as (
                insert into usage_days as u (user_id, day, submitted, dialled, reused, states)
                select user_id, {today}, 0, case when {reused} then 0 else sum(records) end, case when {reused} then sum(records) else 0 end,
                    (select array_agg(by_slot.n order by by_slot.slot) from (
                        select slot, sum(n)::bigint as n from advanced a2, unnest(a2.added) with ordinality as s (n, slot)
                        where a2.user_id = advanced.user_id group by slot) as by_slot)
                from advanced where records > 0 group by user_id order by user_id
                on conflict (user_id, day) do update set
                    dialled = u.dialled + excluded.dialled, reused = u.reused + excluded.reused,
                    states = (select array_agg(a + b order by slot) from unnest(u.states, excluded.states) with ordinality as s (a, b, slot))
            )
            insert into webhook_deliveries (event_id, task_id, user_id, url, body, tries, due_at, created_at)
            select event_id, id, user_id, callback_url, json_build_object(
                'event_id', event_id, 'task_id', id, 'finished', finished, 'total', total,
                'states', (select coalesce(json_object_agg(slots.state, n), json_build_object()) from unnest(states) with ordinality as s (n, slot) join slots using (slot) where n > 0),
                'finished_at', to_char({now} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))::text, 0, {now}, {now}
            from (select *, gen_random_uuid() as event_id from advanced where records > 0 and finished = total and callback_url is not null) as ended
            """,
            cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        if (told > 0)
            webhooks.Wake();
    }

    private static IEnumerable<Resolution> Resolutions(ResolvedNumber number)
    {
        var attempts = JsonSerializer.Serialize(number.Attempts);
        return number.RecordIds.Select(id =>
            new Resolution(id, number.State, number.EmbeddedState, number.Confidence, number.Reason, number.DecidedAt, attempts));
    }
}
