using EmptyNumber.DialerCoordinator.Model;
using Microsoft.Extensions.Options;
using Npgsql;

namespace EmptyNumber.DialerCoordinator.Infrastructure;

/// <summary>Gives free extensions their numbers. PostgreSQL judges who may have one: see <see cref="Leases"/>.</summary>
internal sealed class Assignment(NpgsqlDataSource database, IOptions<FleetOptions> options, IOptions<CallingRules> rules, TimeProvider time)
{
    /// <summary>After numbers that had to be held back, so many more are looked at, at most so often.</summary>
    private const int LookAhead = 200;
    private const int MaxLooks = 20;

    /// <summary>A number does not wait longer than this for another extension than the one that failed.</summary>
    private static readonly TimeSpan AvoidAtMost = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Until the end of the transaction: one plan for all of a connection's claims, by indexes alone. A plan that was made while the queue was short would
    /// otherwise read the whole of a long one, until PostgreSQL has analysed it.
    /// </summary>
    internal const string KeepPlan = """
        select set_config('plan_cache_mode', 'force_generic_plan', true), set_config('enable_seqscan', 'off', true),
            set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true)
        """;

    /// <summary>A lease becomes known to PostgreSQL; tokens only move up.</summary>
    private const string Fence = """
        update extensions e set lease_token = lease.token
        from unnest($1::text[], $2::bigint[]) as lease (number, token)
        where e.number = lease.number and e.lease_token < lease.token
        """;

    /// <summary>
    /// One statement, one round trip. Of two requests of one client at once the second only reads what the first has got;
    /// should it have begun before the first was committed and take the lock after it, the unique index on extensions
    /// refuses it. The ids go through an array because the planner, which cannot know how few there will be, would
    /// otherwise read the whole table for them. Its parameters: extensions and their tokens, the client, now, when
    /// the client must have begun, and since when an avoided extension will do.
    /// </summary>
    internal const string Claim = $"""
        with fenced as (
            {Fence}
        ), alone as materialized (
            select pg_try_advisory_xact_lock(hashtextextended($3, 0)) as yes
        ), free as materialized (
            select e.number as extension, lease.token, row_number() over (order by random()) as place
            from unnest($1::text[], $2::bigint[]) as lease (number, token) join extensions e on e.number = lease.number
            where (select yes from alone) and e.quarantined_at is null and e.lease_token <= lease.token
            and not exists (select from dial_jobs j where j.extension = e.number and j.state in (1, 2))
            and ($7 = 0 or $7 > (select count(*) from calls c
                where c.extension = e.number and c.started_at > $4 - interval '1 hour' and c.outcome is distinct from 6))
        ), next as materialized (
            select id, number, call_id, avoid_extension, due_at, turn from dial_jobs
            where id = any(array(
                select id from dial_jobs where state = 0 order by turn, id
                limit (select case count(*) when 0 then 0 else count(*) + $8 end from free) for update skip locked))
        ), judged as materialized (
            select id, avoid_extension, due_at, turn, case
                when (select true from do_not_call d where d.number = next.number) then 'do_not_call'
                when $9 > 0 and call_id is not null and $9 <=
                    (select count(*) from calls c where c.job_id = next.id and c.outcome is distinct from 6) then 'attempts'
                when $10 > 0 and $10 <=
                    (select count(*) from calls c where c.number = next.number and c.started_at >= $11 and c.outcome is distinct from 6) then 'calls_a_day'
                end as held_reason
            from next
        ), held as (
            update dial_jobs j
            set state = 5, held_reason = judged.held_reason, due_at = case judged.held_reason when 'calls_a_day' then $12 else $4 end
            from judged where j.id = judged.id and judged.held_reason is not null
            returning j.id
        ), assigned as (
            update dial_jobs j
            set state = 1, client_id = $3, extension = free.extension, lease_token = free.token, call_id = gen_random_uuid(),
                assigned_at = $4, deadline_at = $5
            from (select *, row_number() over (order by turn, id) as place from judged where held_reason is null) as allowed join free using (place)
            where j.id = allowed.id
            and (allowed.avoid_extension is distinct from free.extension or allowed.due_at < $6 or (select count(*) from free) = 1)
            returning j.extension, j.number
        )
        select extension, number from assigned
        union all
        select j.extension, j.number from dial_jobs j join unnest($1::text[], $2::bigint[]) as lease (number, token)
            on j.extension = lease.number and j.lease_token = lease.token
        where j.client_id = $3 and j.state = 1
        and not exists (select from extensions e where e.number = lease.number and e.lease_token > lease.token)
        and not exists (select from do_not_call d where d.number = j.number)
        union all
        select null, null from held
        """;

    private readonly CallingHours _hours = CallingHours.Of(rules.Value);

    /// <summary>From now on nobody with an older lease on these extensions gets a number, or is heard.</summary>
    public async Task FenceAsync(IReadOnlyList<Lease> leases, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(Fence);
        Add(command.Parameters, leases);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Gives each free extension the next number that the calling rules allow; outside the calling hours none.</summary>
    /// <param name="clientId">The client.</param>
    /// <param name="free">Its extensions that reported nothing else.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>
    /// What is assigned to the client now, and not begun: what an earlier answer that was lost held included, unless it was put on the
    /// do-not-call list since.
    /// </returns>
    public async Task<List<PlanItem>> AssignAsync(string clientId, IReadOnlyList<Lease> free, CancellationToken cancellationToken)
    {
        if (!_hours.IsOpen(time.GetUtcNow()))
            return [];
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        for (var look = 1; ; look++)
        {
            try
            {
                var (plan, isHeldBack) = await ClaimAsync(connection, clientId, free, look == 1 ? 0 : LookAhead, cancellationToken);
                if (!isHeldBack || look == MaxLooks)
                    return plan;
            }
            catch (PostgresException e) when (e is { SqlState: PostgresErrorCodes.UniqueViolation } && look < MaxLooks)
            {
                // Another request of this client was first: the next look sees what it got.
            }
        }
    }

    private async Task<(List<PlanItem> Plan, bool IsHeldBack)> ClaimAsync(
        NpgsqlConnection connection, string clientId, IReadOnlyList<Lease> free, int lookAhead, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var claim = new NpgsqlBatchCommand(Claim);
        Add(claim.Parameters, free);
        Add(claim.Parameters, clientId);
        Add(claim.Parameters, now);
        Add(claim.Parameters, now + options.Value.BeginTimeout);
        Add(claim.Parameters, now - AvoidAtMost);
        Add(claim.Parameters, rules.Value.CallsPerExtensionAnHour);
        Add(claim.Parameters, lookAhead);
        Add(claim.Parameters, rules.Value.AttemptsPerNumber);
        Add(claim.Parameters, rules.Value.CallsPerNumberADay);
        Add(claim.Parameters, _hours.StartOfDay(now));
        Add(claim.Parameters, _hours.StartOfNextDay(now));

        // Planning it takes longer than running it. A connection that has prepared it once does not ask the server again, and the server, which would
        // plan anew for each request's few extensions, is told to keep its plan. The batch is a transaction.
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { new NpgsqlBatchCommand(KeepPlan), claim } };
        await batch.PrepareAsync(cancellationToken);
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        List<PlanItem> plan = [];
        var isHeldBack = false;
        while (await reader.ReadAsync(cancellationToken))
        {
            if (reader.IsDBNull(0))
                isHeldBack = true;
            else
                plan.Add(new PlanItem(reader.GetString(0), reader.GetString(1)));
        }

        return (plan, isHeldBack);
    }

    private static void Add(NpgsqlParameterCollection parameters, IReadOnlyList<Lease> leases)
    {
        Add(parameters, leases.Select(lease => lease.Extension).ToArray());
        Add(parameters, leases.Select(lease => lease.Token).ToArray());
    }

    private static void Add<T>(NpgsqlParameterCollection parameters, T value) => parameters.Add(new NpgsqlParameter<T> { TypedValue = value });
}

/// <summary>A number that an extension is to dial.</summary>
internal sealed record PlanItem(string Extension, string Number);
