using EmptyNumber.PhonePool.Model;
using Microsoft.Extensions.Options;
using Npgsql;

namespace EmptyNumber.PhonePool.Infrastructure;

/// <summary>The codes: handsets bring them, apps fetch them.</summary>
internal sealed class CodeStore(NpgsqlDataSource source, IOptions<PhonePoolOptions> options, TimeProvider time)
{
    /// <summary>Stores codes, each in place of what came for that mobile and app before, and wakes who waits for them.</summary>
    public async Task AddAsync(IReadOnlyList<VerificationCode> upload, CancellationToken cancellationToken)
    {
        // Of those that come twice the last counts.
        var codes = upload.Reverse().DistinctBy(code => (code.Mobile, code.Appname ?? "")).Reverse().ToList();
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        var apps = await StoreAsync(connection, codes, cancellationToken);
        if (apps.Count == 0)
            return;

        // After the commit and apart from it: transactions that notify commit one after another. Whoever dies in between leaves
        // codes that the next look of each replica finds.
        await using var notify = new NpgsqlCommand(CodeSql.Notify, connection) { Parameters = { new NpgsqlParameter<string[]> { TypedValue = [.. apps] } } };
        await notify.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Delivers the codes that have arrived for mobiles that the app was handed: once this returns, they are delivered.</summary>
    public async Task<List<VerificationCode>> ClaimAsync(string app, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using var command = new NpgsqlCommand(CodeSql.Claim, connection)
        {
            Parameters =
            {
                new NpgsqlParameter<string> { TypedValue = app },
                new NpgsqlParameter<DateTimeOffset> { TypedValue = time.GetUtcNow() },
                new NpgsqlParameter<int> { TypedValue = options.Value.MaxItemsPerAnswer },
            },
        };
        await command.PrepareAsync(cancellationToken);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var codes = new List<VerificationCode>();
        while (await reader.ReadAsync(cancellationToken))
            codes.Add(new VerificationCode(reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetString(3)));
        return codes;
    }

    /// <summary>Which of these apps could be delivered codes now.</summary>
    public Task<List<string>> AwaitingAsync(string[] apps, CancellationToken cancellationToken)
    {
        var command = source.CreateCommand(CodeSql.Awaiting);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = apps });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = time.GetUtcNow() });
        return ReadAppsAsync(command, cancellationToken);
    }

    private async Task<List<string>> StoreAsync(NpgsqlConnection connection, List<VerificationCode> codes, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var command = new NpgsqlCommand(CodeSql.Store, connection)
        {
            Parameters =
            {
                new NpgsqlParameter<string[]> { TypedValue = [.. codes.Select(code => code.Mobile)] },
                new NpgsqlParameter<string[]> { TypedValue = [.. codes.Select(code => code.Vcode)] },
                new NpgsqlParameter<string[]> { TypedValue = [.. codes.Select(code => code.Appname ?? "")] },
                new NpgsqlParameter<string?[]> { TypedValue = [.. codes.Select(code => AppName.TryRead(code.Appname, out var app) ? app : null)] },
                new NpgsqlParameter<string[]> { TypedValue = [.. codes.Select(code => code.Chanlid ?? "")] },
                new NpgsqlParameter<DateTimeOffset> { TypedValue = now + options.Value.CodeLifetime },
                new NpgsqlParameter<DateTimeOffset> { TypedValue = now },
            },
        };
        await command.PrepareAsync(cancellationToken);
        return await ReadAppsAsync(command, cancellationToken);
    }

    private static async Task<List<string>> ReadAppsAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using (command)
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            var apps = new List<string>();
            while (await reader.ReadAsync(cancellationToken))
                apps.Add(reader.GetString(0));
            return apps;
        }
    }
}
