using EmptyNumber.TestSupport;
using EmptyNumber.WholeSuite;
using Npgsql;

namespace EmptyNumber.Faults.Tests;

/// <summary>What the databases say when all is over.</summary>
internal sealed class Aftermath : IAsyncDisposable
{
    private readonly NpgsqlDataSource _detection;
    private readonly NpgsqlDataSource _coordinator;

    public Aftermath(Suite suite)
    {
        _detection = NpgsqlDataSource.Create(suite.ConnectionString("detection"));
        _coordinator = NpgsqlDataSource.Create(suite.ConnectionString("coordinator"));
    }

    /// <summary>Every record is final, the counters are those of the records, and nothing waits anywhere any more.</summary>
    public async Task ShouldBeWholeAsync(long task)
    {
        (await ReadAsync(_detection, $"select 'not final: ' || number from records where task_id = {task} and state = 0 limit 10")).ShouldBeEmpty();
        (await ReadAsync(
            _detection,
            $"""
            select format('finished %s of %s, by state %s, by records %s', finished, total, by_state, by_records)
            from (
                select finished, total, (select sum(count) from unnest(states) as count) as by_state,
                    (select count(*) from records where task_id = {task} and state <> 0) as by_records
                from tasks where id = {task}
            ) as counters
            where finished <> total or by_state <> total or by_records <> total
            """)).ShouldBeEmpty();
        await Eventually.Async(async () => (await WaitingAsync()).Count == 0, () => string.Join('\n', WaitingAsync().GetAwaiter().GetResult()), TimeSpan.FromMinutes(1));
        (await ReadAsync(_coordinator, "select 'decided twice: ' || number from calls where outcome = 0 group by number having count(*) > 1 limit 10")).ShouldBeEmpty();
    }

    /// <summary>How many of the task's records ended in each state.</summary>
    public async Task<Dictionary<int, int>> StatesAsync(long task) =>
        (await ReadAsync(_detection, $"select state || ' ' || count(*) from records where task_id = {task} group by state"))
        .Select(line => line.Split(' ')).ToDictionary(pair => int.Parse(pair[0]), pair => int.Parse(pair[1]));

    /// <summary>Numbers that ended as unknown although fewer calls failed than the retry policy bears.</summary>
    public async Task ShouldHaveTriedAsync(long task, int failures)
    {
        var unknown = await ReadAsync(_detection, $"select number from records where task_id = {task} and state = 99");
        if (unknown.Count == 0)
            return;
        (await ReadAsync(
            _coordinator,
            $"""
            select unknown.number || ': ' || count(calls.id)
            from unnest(array[{string.Join(',', unknown.Select(number => $"'{number}'"))}]) as unknown (number)
                left join calls on calls.number = unknown.number and outcome = 5
            group by unknown.number having count(calls.id) < {failures}
            """)).ShouldBeEmpty();
    }

    public async ValueTask DisposeAsync()
    {
        await _detection.DisposeAsync();
        await _coordinator.DisposeAsync();
    }

    private async Task<List<string>> WaitingAsync() =>
    [
        .. await ReadAsync(_coordinator, "select 'open job: ' || number || ' in ' || state from dial_jobs where state <> 4 limit 10"),
        .. await ReadAsync(
            _coordinator,
            """
            select distinct 'waits for job ' || job_id from waiters w
            where not exists (select from calls c where c.job_id = w.job_id and outcome = 3) or exists (select from calls c where c.job_id = w.job_id and outcome in (0, 1, 2))
            limit 10
            """),
        .. await ReadAsync(_coordinator, "select 'in the outbox: ' || type from outbox limit 10"),
        .. await ReadAsync(_detection, "select 'in the outbox: ' || type from outbox limit 10"),
    ];

    private static async Task<List<string>> ReadAsync(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        List<string> lines = [];
        while (await reader.ReadAsync())
            lines.Add(reader.GetString(0));
        return lines;
    }
}
