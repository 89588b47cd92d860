using EmptyNumber.WholeSuite;
using Npgsql;

namespace EmptyNumber.Benchmarks.Coordinator;

/// <summary>The coordinator's queue from behind: filled anew before each measurement, for both sides alike.</summary>
internal sealed class DialJobs(Suite suite) : IAsyncDisposable
{
    private readonly NpgsqlDataSource _database = NpgsqlDataSource.Create(suite.ConnectionString("coordinator") + ";Command Timeout=300");

    /// <summary>Keeps what the product has queued, to fill the queue from.</summary>
    public Task KeepAsync(CancellationToken cancellationToken) => ExecuteAsync("create unlogged table kept as select * from dial_jobs where state = 0", cancellationToken);

    /// <summary>Has the queue hold the first <paramref name="count"/> of the jobs that were kept, and nothing else.</summary>
    public async Task FillAsync(int count, CancellationToken cancellationToken)
    {
        await ExecuteAsync($"truncate dial_jobs; insert into dial_jobs select * from kept order by turn, id limit {count}", cancellationToken);
        foreach (var statement in (string[])["vacuum analyze dial_jobs", "checkpoint"])
            await ExecuteAsync(statement, cancellationToken);
    }

    /// <summary>Frees the extensions: what they were given is final.</summary>
    /// <returns>How many numbers they were given.</returns>
    public async Task<int> ResolveAsync(CancellationToken cancellationToken)
    {
        await using var command = _database.CreateCommand("update dial_jobs set state = 4, client_id = null, extension = null, assigned_at = null, deadline_at = null where state = 1");
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Lets pgbench ask for the arguments of each client's claim, by functions <c>client(i)</c>, <c>extensions(i)</c> and <c>tokens(i)</c>.</summary>
    public async Task DescribeAsync(IReadOnlyList<DialerClient> clients, CancellationToken cancellationToken)
    {
        await ExecuteAsync(
            """
            drop table if exists clients;
            create table clients (place int primary key, id text not null, extensions text[] not null, tokens bigint[] not null);
            create or replace function client(int) returns text stable language plpgsql as 'begin return (select id from clients where place = $1); end';
            create or replace function extensions(int) returns text[] stable language plpgsql as 'begin return (select extensions from clients where place = $1); end';
            create or replace function tokens(int) returns bigint[] stable language plpgsql as 'begin return (select tokens from clients where place = $1); end';
            """,
            cancellationToken);
        await using var batch = _database.CreateBatch();
        foreach (var (place, client) in clients.Index())
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(
                "insert into clients select $1, $2, $3, array_agg(lease_token order by array_position($3, number)) from extensions where number = any($3)")
            {
                Parameters = { new() { Value = place }, new() { Value = client.Id }, new() { Value = client.Extensions.ToArray() } },
            });
        }

        await batch.ExecuteNonQueryAsync(cancellationToken);
        await ExecuteAsync("analyze clients, extensions", cancellationToken);
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    private async Task ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        await using var command = _database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
