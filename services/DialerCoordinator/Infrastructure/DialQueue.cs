using EmptyNumber.Contracts;
using EmptyNumber.DialerCoordinator.Model;
using EmptyNumber.ServiceDefaults.Telemetry;
using Microsoft.EntityFrameworkCore;

namespace EmptyNumber.DialerCoordinator.Infrastructure;

/// <summary>The queue of dial jobs: numbers go in, and tasks are taken out.</summary>
/// <remarks>
/// Fair share is start-time fair queueing (Goyal, Vin, Cheng 1997) at insertion: a task's first number gets the turn that is
/// served now, each other that of the one before it plus the task's stride, and the least turn is dialled first. A new
/// task therefore begins at once, whatever waits already, and a task with a shorter stride gets more turns.
/// </remarks>
internal sealed class DialQueue(CoordinatorDb db, TimeProvider time)
{
    private const int CancelledAtOnce = 5000;
    private const int QueuedAtOnce = 5000;

    /// <summary>Turns from one number of a task to its next; a quarter of it means four times the calls.</summary>
    private static int Stride(Priority priority) => priority switch
    {
        Priority.High => 1,
        Priority.Normal => 4,
        _ => 16,
    };

    /// <summary>Turns between the one that is served and the first of a new task: what comes at once is ordered by priority.</summary>
    private static int Start(Priority priority) => Priority.High - priority;

    /// <summary>Queues one part of a task. A repeat changes nothing; a part of a deleted task is ignored.</summary>
    public async Task EnqueueAsync(NumbersQueued part, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await LockTaskAsync(part.TaskId, cancellationToken);
        var isNew = await db.Database.ExecuteSqlAsync(
            $"insert into task_parts (task_id, part) values ({part.TaskId}, {part.Part}) on conflict do nothing", cancellationToken);
        var task = await db.Tasks.SingleOrDefaultAsync(t => t.Id == part.TaskId, cancellationToken);
        if (isNew == 0 || task is { Deleted: true })
            return;

        // Sorted, so that two parts that share numbers take their rows in the same order.
        string[] numbers = [.. part.Numbers.Select(queued => queued.Number).Distinct().Order(StringComparer.Ordinal)];
        var now = time.GetUtcNow();
        var stride = Stride(part.Priority);
        var served = (await db.Database.SqlQuery<long>(
            $"""
            select coalesce(
                (select max(turn) from dial_jobs where state in (1, 2)),
                (select turn from dial_jobs where state = 0 order by turn limit 1), 0) as "Value"
            """).ToListAsync(cancellationToken)).Single();
        var start = served + Start(part.Priority);
        var first = task is null ? start : Math.Max(start, task.LastTurn + stride);
        task ??= db.Tasks.Add(new CustomerTask { Id = part.TaskId }).Entity;
        task.LastTurn = first + (numbers.Length - 1L) * stride;
        task.TouchedAt = now;
        await db.SaveChangesAsync(cancellationToken);

        // A job of the number that is under way is joined; the conflict's update holds it until the waiters stand.
        var recordIds = part.Numbers.Select(queued => queued.RecordId).ToArray();
        var recordNumbers = part.Numbers.Select(queued => queued.Number).ToArray();
        await db.Database.ExecuteSqlAsync(
            $"""
            with jobs as (
                insert into dial_jobs (number, state, held_reason, turn, priority, queued_at, due_at, classify_requests, trace_parent)
                select number, case when blocked is null then 0 else 5 end, blocked, {first} + (place - 1) * {stride}, {(int)part.Priority},
                    {now}, {now}, 0, {TelemetryExtensions.TraceParent()}
                from (
                    select number, place, (select {HeldReason.DoNotCall} from do_not_call d where d.number = sent.number) as blocked
                    from unnest({numbers}) with ordinality as sent (number, place)
                ) as judged
                on conflict (number) where state <> 4 do update
                set turn = least(dial_jobs.turn, excluded.turn), priority = greatest(dial_jobs.priority, excluded.priority)
                returning id, number
            )
            insert into waiters (record_id, task_id, job_id)
            select sent.id, {part.TaskId}, jobs.id
            from unnest({recordIds}, {recordNumbers}) as sent (id, number) join jobs using (number)
            """,
            cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Takes a task out. What no other task waits for is not dialled; a call under way goes on.</summary>
    /// <remarks>In pieces, so that a task of a million numbers holds up nobody; whoever dies in between begins again where it was.</remarks>
    public async Task CancelAsync(long taskId, CancellationToken cancellationToken)
    {
        await using (var transaction = await db.Database.BeginTransactionAsync(cancellationToken))
        {
            await LockTaskAsync(taskId, cancellationToken);
            await db.Database.ExecuteSqlAsync(
                $"""
                insert into tasks (id, last_turn, touched_at, deleted) values ({taskId}, 0, {time.GetUtcNow()}, true)
                on conflict (id) do update set deleted = true, touched_at = excluded.touched_at
                """, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        while (await CancelPieceAsync(taskId, cancellationToken))
        {
        }
    }

    private async Task<bool> CancelPieceAsync(long taskId, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);

        // The jobs are locked by a statement of its own: only a later one sees the waiters that came before the lock.
        var jobs = (await db.Database.SqlQuery<long>(
            $"""
            select id as "Value" from dial_jobs
            where id in (select job_id from waiters where task_id = {taskId} limit {CancelledAtOnce}) order by number for update
            """).ToListAsync(cancellationToken)).ToArray();
        var gone = await db.Database.ExecuteSqlAsync($"delete from waiters where task_id = {taskId} and job_id = any({jobs})", cancellationToken);
        await db.Database.ExecuteSqlAsync(
            $"""
            update dial_jobs j set state = 4, client_id = null, extension = null, lease_token = null, deadline_at = null, held_reason = null, resolved_at = {time.GetUtcNow()}
            where id = any({jobs}) and state in (0, 1, 5) and not exists (select from waiters w where w.job_id = j.id)
            """,
            cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return gone > 0;
    }

    /// <summary>
    /// Queues the jobs whose pause is over, beside those that are served now: they share the calls as one more task would. One that was put
    /// on the do-not-call list while it was with a dialer is held, and so ends at any hour and without a dialer.
    /// </summary>
    public Task<int> QueueDueAsync(CancellationToken cancellationToken) => db.Database.ExecuteSqlAsync(
        $"""
        with due as (
            select id, turn, (select {HeldReason.DoNotCall} from do_not_call d where d.number = dial_jobs.number) as blocked from dial_jobs
            where state = 5 and due_at <= {time.GetUtcNow()} and (held_reason is null or held_reason = {HeldReason.CallsADay})
            order by number limit {QueuedAtOnce} for update skip locked
        ), placed as (
            select id, blocked, greatest(turn, (select turn from dial_jobs where state = 0 order by turn limit 1))
                + (row_number() over (order by turn, id) - 1) * {Stride(Priority.Normal)} as turn
            from due
        )
        update dial_jobs j set state = case when blocked is null then 0 else 5 end, held_reason = blocked, turn = placed.turn
        from placed where j.id = placed.id
        """,
        cancellationToken);

    /// <summary>Takes numbers that were put on the do-not-call list out of the queue; a call under way goes on.</summary>
    public Task<int> BlockAsync(IReadOnlyCollection<string> numbers, CancellationToken cancellationToken) => db.Database.ExecuteSqlAsync(
        $"""
        update dial_jobs set state = 5, held_reason = {HeldReason.DoNotCall}, due_at = {time.GetUtcNow()}
        where id in (select id from dial_jobs where number = any({numbers.ToArray()}) and state in (0, 5) order by number for update)
        """,
        cancellationToken);

    private Task<int> LockTaskAsync(long taskId, CancellationToken cancellationToken) =>
        db.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock({taskId})", cancellationToken);
}
