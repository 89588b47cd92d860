using EmptyNumber.PhonePool.Model;
using Microsoft.Extensions.Options;
using Npgsql;

namespace EmptyNumber.PhonePool.Infrastructure;

/// <summary>The pool: handsets fill it, apps empty it. All of it is in PostgreSQL, so replicas and restarts make no difference.</summary>
internal sealed class MobilePool(NpgsqlDataSource source, SimSeal seal, IOptions<PhonePoolOptions> options, TimeProvider time)
{
    /// <summary>Adds what there is room for, the first first; what is pooled already is refreshed, becomes the newest and takes no room.</summary>
    /// <returns>What was added or refreshed, in the order of the upload.</returns>
    public async Task<IReadOnlyList<string>> AddAsync(IReadOnlyList<Sim> upload, CancellationToken cancellationToken)
    {
        // A mobile that comes twice counts once, with what was said of it last.
        var sims = new OrderedDictionary<string, Sim>();
        foreach (var sim in upload)
            sims[sim.Mobile] = sim;

        // A full pool, the ordinary case, refuses without lock or encryption.
        var welcome = await WelcomeAsync([.. sims.Keys], cancellationToken);
        if (welcome.Length == 0)
            return [];
        var stored = await StoreAsync([.. welcome.Select(mobile => sims[mobile])], [.. welcome.Select(mobile => seal.Seal(sims[mobile]))], cancellationToken);
        return [.. welcome.Where(stored.Contains)];
    }

    /// <summary>Hands out the newest: from now on they are out of the pool, and the app may fetch their codes.</summary>
    /// <param name="app">The app.</param>
    /// <param name="count">So many at most.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task<IReadOnlyList<Sim>> TakeAsync(string app, int count, CancellationToken cancellationToken)
    {
        // Decrypted without a connection: who reads the key ring needs one.
        var taken = await DeleteAsync(app, Math.Min(count, options.Value.MaxItemsPerAnswer), cancellationToken);
        return [.. taken.Select(mobile => seal.Open(mobile.Mobile, mobile.Cid, mobile.Ip, mobile.Identity))];
    }

    /// <summary>As many mobiles may be pooled from now on; what is pooled already stays.</summary>
    public async Task ResizeAsync(int size, CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand(PoolSql.Resize);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = size });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task<string[]> WelcomeAsync(string[] mobiles, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using var command = new NpgsqlCommand(PoolSql.Welcome, connection) { Parameters = { new NpgsqlParameter<string[]> { TypedValue = mobiles } } };
        await command.PrepareAsync(cancellationToken);
        return (string[])(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private async Task<HashSet<string>> StoreAsync(Sim[] sims, byte[][] identities, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);

        // One round trip, one transaction; the second statement sees all that was committed before the first got the lock.
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new NpgsqlBatchCommand(PoolSql.Lock),
                new NpgsqlBatchCommand(PoolSql.Store)
                {
                    Parameters =
                    {
                        new NpgsqlParameter<string[]> { TypedValue = [.. sims.Select(sim => sim.Mobile)] },
                        new NpgsqlParameter<string[]> { TypedValue = [.. sims.Select(sim => sim.Cid ?? "")] },
                        new NpgsqlParameter<string[]> { TypedValue = [.. sims.Select(sim => sim.Ip ?? "")] },
                        new NpgsqlParameter<byte[][]> { TypedValue = identities },
                    },
                },
            },
        };
        await batch.PrepareAsync(cancellationToken);
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        var stored = new HashSet<string>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken))
            stored.Add(reader.GetString(0));
        return stored;
    }

    private async Task<List<(string Mobile, string Cid, string Ip, byte[] Identity)>> DeleteAsync(string app, int count, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using var command = new NpgsqlCommand(PoolSql.Take, connection)
        {
            Parameters =
            {
                new NpgsqlParameter<string> { TypedValue = app },
                new NpgsqlParameter<int> { TypedValue = count },
                new NpgsqlParameter<DateTimeOffset> { TypedValue = time.GetUtcNow() + options.Value.HandOutLifetime },
            },
        };
        await command.PrepareAsync(cancellationToken);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        List<(string, string, string, byte[])> mobiles = [];
        while (await reader.ReadAsync(cancellationToken))
            mobiles.Add((reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetFieldValue<byte[]>(3)));
        return mobiles;
    }
}
