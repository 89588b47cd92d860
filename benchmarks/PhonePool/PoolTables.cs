using System.Net.Http.Json;
using EmptyNumber.WholeSuite;
using Npgsql;

namespace EmptyNumber.Benchmarks.PhonePool;

/// <summary>The pool from behind: filled anew before each measurement, for both sides alike.</summary>
internal sealed class PoolTables(Suite suite) : IAsyncDisposable
{
    /// <summary>An app, by its number from 0.</summary>
    public const string AppPrefix = "com.example.app";

    private readonly NpgsqlDataSource _database = NpgsqlDataSource.Create(suite.ConnectionString("phonepool") + ";Command Timeout=300");
    private byte[] _identity = [];

    /// <summary>Has the product encrypt the identity of a SIM, for all that the pool is filled with.</summary>
    public async Task KeepIdentityAsync(HttpClient http, CancellationToken cancellationToken)
    {
        var sim = new { mobile = "13900000000", imsi = "460001234567890", imei = "490154203237518", iccid = "89860012345678901234" };
        using var response = await http.PostAsJsonAsync("/phones", new { data = new[] { sim } }, cancellationToken);
        response.EnsureSuccessStatusCode();
        await using var command = _database.CreateCommand("select identity from mobiles");
        _identity = (byte[])(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>Has the pool hold so many mobiles, and nobody have any.</summary>
    public async Task FillAsync(int mobiles, CancellationToken cancellationToken)
    {
        await ExecuteAsync("truncate mobiles, withdrawals, hand_outs, codes", cancellationToken);
        await using (var fill = _database.CreateCommand(
            "insert into mobiles select i, '139' || lpad(i::text, 8, '0'), 'channel', '10.1.2.3', $1 from generate_series(1, $2) i"))
        {
            fill.Parameters.Add(new() { Value = _identity });
            fill.Parameters.Add(new() { Value = mobiles });
            await fill.ExecuteNonQueryAsync(cancellationToken);
        }

        await ExecuteAsync($"update pool set pooled = {mobiles}, arrivals = {mobiles}", cancellationToken);
        await SettleAsync(cancellationToken);
    }

    /// <summary>Has so many apps have so many mobiles each, with a code for every one.</summary>
    public async Task BringCodesAsync(int apps, int each, CancellationToken cancellationToken)
    {
        await ExecuteAsync("truncate mobiles, withdrawals, hand_outs, codes", cancellationToken);
        await ExecuteAsync(
            $"""
            create temporary table had as
            select '139' || lpad((app * {each} + i)::text, 8, '0') as mobile, '{AppPrefix}' || app as app, i, now() + '10 days' as expires_at
            from generate_series(0, {apps - 1}) app, generate_series(1, {each}) i;
            insert into hand_outs select mobile, app, i, expires_at from had;
            insert into codes select mobile, app, '201708', 'channel', app, false, i, expires_at from had;
            drop table had
            """,
            cancellationToken);
        await SettleAsync(cancellationToken);
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    private async Task SettleAsync(CancellationToken cancellationToken)
    {
        foreach (var statement in (string[])["vacuum analyze mobiles, hand_outs, codes", "checkpoint"])
            await ExecuteAsync(statement, cancellationToken);
    }

    private async Task ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        await using var command = _database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
