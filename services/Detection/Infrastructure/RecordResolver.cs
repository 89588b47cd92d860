using System.Diagnostics;
using System.Text.Json;
using EmptyNumber.Contracts;
using EmptyNumber.ServiceDefaults.Telemetry;
using Microsoft.EntityFrameworkCore;

namespace EmptyNumber.Detection.Infrastructure;

/// <summary>Brings records to their final state, each exactly once, and counts them.</summary>
internal sealed class RecordResolver(DetectionDb db)
{
    private static readonly ActivitySource Source = new(TelemetryExtensions.Prefix + "Detection");

    /// <summary>Resolves a batch in one statement. Records that are final already, or gone, are passed over.</summary>
    public async Task ResolveAsync(IEnumerable<ResolvedNumber> numbers, CancellationToken cancellationToken)
    {
        var rows = numbers.SelectMany(number => number.RecordIds, (number, id) => (id, number)).DistinctBy(row => row.id).ToArray();
        var spans = rows.Select(row => row.number).Distinct().Where(number => number.TraceParent is not null)
            .Select(number => Source.StartActivity("number resolved", ActivityKind.Internal, number.TraceParent)).ToArray();
        await ResolveAsync(rows, cancellationToken);
        foreach (var span in spans)
            span?.Dispose();
    }

    private async Task ResolveAsync((long Id, ResolvedNumber Number)[] rows, CancellationToken cancellationToken)
    {
        var ids = Array.ConvertAll(rows, row => row.Id);
        var states = Array.ConvertAll(rows, row => (int)row.Number.State);
        var embedded = Array.ConvertAll(rows, row => (int?)row.Number.EmbeddedState);
        var confidences = Array.ConvertAll(rows, row => row.Number.Confidence);
        var reasons = Array.ConvertAll(rows, row => row.Number.Reason);
        var decided = Array.ConvertAll(rows, row => row.Number.DecidedAt);
        var attempts = Array.ConvertAll(rows, row => JsonSerializer.Serialize(row.Number.Attempts));

        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);

        // Tasks first and in order, as whoever deletes one does: batches that share tasks wait, they do not deadlock.
        await db.Database.ExecuteSqlAsync(
            $"select from tasks where id in (select task_id from records where id = any({ids})) order by id for update", cancellationToken);
        await db.Database.ExecuteSqlAsync(
            $"""
            with resolved as (
                select * from unnest({ids}, {states}, {embedded}, {confidences}, {reasons}, {decided}, {attempts})
                as r (id, state, embedded_state, confidence, reason, decided_at, attempts)
            ), changed as (
                update records
                set state = resolved.state, embedded_state = resolved.embedded_state, confidence = resolved.confidence,
                    reason = resolved.reason, decided_at = resolved.decided_at, attempts = resolved.attempts::jsonb
                from resolved where records.id = resolved.id and records.state = 0
                returning records.task_id
            )
            update tasks set finished = finished + counted.records
            from (select task_id, count(*)::int as records from changed group by task_id) as counted
            where tasks.id = counted.task_id
            """,
            cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }
}
