using EmptyNumber.DialerCoordinator.Model;
using Microsoft.Extensions.Options;
using Npgsql;

namespace EmptyNumber.DialerCoordinator.Infrastructure;

/// <summary>Gives free extensions their numbers. PostgreSQL judges who may have one: see <see cref="Leases"/>.</summary>
internal sealed class Assignment(NpgsqlDataSource database, IOptions<FleetOptions> options, TimeProvider time)
{
    /// <summary>A number does not wait longer than this for another extension than the one that failed.</summary>
    private static readonly TimeSpan AvoidAtMost = TimeSpan.FromSeconds(30);

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
    /// otherwise read the whole table for them.
    /// </summary>
    private const string Claim = $"""
        with fenced as (
            {Fence}
        ), alone as materialized (
            select pg_try_advisory_xact_lock(hashtextextended($3, 0)) as yes
        ), free as materialized (
            select e.number as extension, lease.token, row_number() over (order by random()) as place
            from unnest($1::text[], $2::bigint[]) as lease (number, token) join extensions e on e.number = lease.number
            where (select yes from alone) and e.quarantined_at is null and e.lease_token <= lease.token
            and not exists (select from dial_jobs j where j.extension = e.number and j.state in (1, 2))
        ), next as materialized (
            select id, avoid_extension, due_at, row_number() over (order by turn, id) as place from dial_jobs
            where id = any(array(
                select id from dial_jobs where state = 0 order by turn, id
                limit (select count(*) from free) for update skip locked))
        ), assigned as (
            update dial_jobs j
            set state = 1, client_id = $3, extension = free.extension, lease_token = free.token, call_id = gen_random_uuid(),
                assigned_at = $4, deadline_at = $5
            from next join free using (place)
            where j.id = next.id
            and (next.avoid_extension is distinct from free.extension or next.due_at < $6 or (select count(*) from free) = 1)
            returning j.extension, j.number
        )
        select extension, number from assigned
        union all
        select j.extension, j.number from dial_jobs j join unnest($1::text[], $2::bigint[]) as lease (number, token)
            on j.extension = lease.number and j.lease_token = lease.token
        where j.client_id = $3 and j.state = 1
        and not exists (select from extensions e where e.number = lease.number and e.lease_token > lease.token)
        """;

    /// <summary>From now on nobody with an older lease on these extensions gets a number, or is heard.</summary>
    public async Task FenceAsync(IReadOnlyList<Lease> leases, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(Fence);
        Add(command, leases);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Gives each free extension the next number.</summary>
    /// <param name="clientId">The client.</param>
    /// <param name="free">Its extensions that reported nothing else.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>What is assigned to the client now, and not begun: what an earlier answer that was lost held included.</returns>
    public async Task<List<PlanItem>> AssignAsync(string clientId, IReadOnlyList<Lease> free, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        while (true)
        {
            try
            {
                return await ClaimAsync(connection, clientId, free, cancellationToken);
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UniqueViolation)
            {
                // Another request of this client was first: the next look sees what it got.
            }
        }
    }

    private async Task<List<PlanItem>> ClaimAsync(
        NpgsqlConnection connection, string clientId, IReadOnlyList<Lease> free, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var command = new NpgsqlCommand(Claim, connection);
        Add(command, free);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = clientId });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = now });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = now + options.Value.BeginTimeout });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = now - AvoidAtMost });

        // Planning it takes longer than running it; a connection that has prepared it once does not ask the server again.
        await command.PrepareAsync(cancellationToken);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        List<PlanItem> plan = [];
        while (await reader.ReadAsync(cancellationToken))
            plan.Add(new PlanItem(reader.GetString(0), reader.GetString(1)));
        return plan;
    }

    private static void Add(NpgsqlCommand command, IReadOnlyList<Lease> leases)
    {
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. leases.Select(lease => lease.Extension)] });
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. leases.Select(lease => lease.Token)] });
    }
}

/// <summary>A number that an extension is to dial.</summary>
internal sealed record PlanItem(string Extension, string Number);
