using EmptyNumber.DialerCoordinator.Infrastructure;
using EmptyNumber.DialerCoordinator.Model;
using EmptyNumber.ServiceDefaults.Loops;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace EmptyNumber.DialerCoordinator;

/// <summary>Deletes rows that nobody needs any more, once a minute: in small batches, by one replica at a time.</summary>
internal sealed class Housekeeping(
    IServiceScopeFactory scopes, IOptions<FleetOptions> options, TimeProvider time, ILogger<Housekeeping> logger) : TimedLoop(Period, time, logger)
{
    private const int JobsAtOnce = 2000;
    private const int TasksAtOnce = 50;
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    protected override async Task WorkAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<CoordinatorDb>();
        var before = Time.GetUtcNow() - options.Value.KeepRows;
        while (await DeleteJobsAsync(db, before, cancellationToken) == JobsAtOnce)
        {
        }

        while (await DeleteTasksAsync(db, before, cancellationToken) == TasksAtOnce)
        {
        }
    }

    private static Task<int> DeleteJobsAsync(CoordinatorDb db, DateTimeOffset before, CancellationToken cancellationToken) => CountAsync(
        db,
        $"""
        with alone as materialized (
            select pg_try_advisory_xact_lock(hashtextextended('housekeeping', 0)) as yes
        ), old as materialized (
            select id from dial_jobs where (select yes from alone) and state = 4 and resolved_at < {before} order by resolved_at limit {JobsAtOnce}
        ), their_calls as (
            delete from calls where job_id = any(array(select id from old))
        ), their_waiters as (
            delete from waiters where job_id = any(array(select id from old))
        ), gone as (
            delete from dial_jobs where id = any(array(select id from old)) returning id
        )
        select count(*)::int as "Value" from gone
        """,
        cancellationToken);

    private static Task<int> DeleteTasksAsync(CoordinatorDb db, DateTimeOffset before, CancellationToken cancellationToken) => CountAsync(
        db,
        $"""
        with alone as materialized (
            select pg_try_advisory_xact_lock(hashtextextended('housekeeping', 0)) as yes
        ), old as materialized (
            select id from tasks t where (select yes from alone) and touched_at < {before}
            and not exists (select from waiters w where w.task_id = t.id) order by touched_at limit {TasksAtOnce}
        ), their_parts as (
            delete from task_parts where task_id = any(array(select id from old))
        ), gone as (
            delete from tasks where id = any(array(select id from old)) returning id
        )
        select count(*)::int as "Value" from gone
        """,
        cancellationToken);

    private static async Task<int> CountAsync(CoordinatorDb db, FormattableString statement, CancellationToken cancellationToken) =>
        (await db.Database.SqlQuery<int>(statement).ToListAsync(cancellationToken)).Single();
}
