using EmptyNumber.ServiceDefaults.Data;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace EmptyNumber.TestSupport;

/// <summary>Tells where the tables that migrations make differ from those that the model asks for.</summary>
public static class Schema
{
    private const string Describe = """
        select 'column ' || table_name || '.' || column_name || ' ' || udt_name
               || coalesce('(' || character_maximum_length || ')', '')
               || case is_nullable when 'YES' then ' null' else ' not null' end
               || case is_identity when 'YES' then ' identity ' || identity_generation else '' end
               || case is_generated when 'ALWAYS' then ' generated ' || generation_expression else '' end
               || coalesce(' default ' || column_default, '') as line, table_name || '.' || column_name as name
        from information_schema.columns where table_schema = 'public' and table_name <> '__migrations'
        union all
        select 'constraint ' || conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid), conname
        from pg_constraint where connamespace = 'public'::regnamespace and conrelid::regclass::text <> '__migrations'
        union all
        select 'index ' || indexdef, indexname
        from pg_indexes where schemaname = 'public' and tablename <> '__migrations'
        """;

    /// <summary>Lines that only one of the two has, each with the side that has it; empty when all is well.</summary>
    /// <param name="servers">With PostgreSQL.</param>
    /// <param name="onlyByMigrations">Names of indexes and constraints that EF Core cannot express.</param>
    public static async Task<IReadOnlyList<string>> DifferencesAsync<TDb>(Servers servers, params string[] onlyByMigrations)
        where TDb : ServiceDb
    {
        var migrated = await DescribeAsync<TDb>(servers, db => db.Database.MigrateAsync());
        var modelled = await DescribeAsync<TDb>(servers, db => db.Database.EnsureCreatedAsync());
        return
        [
            .. migrated.Except(modelled).Where(line => !onlyByMigrations.Contains(line.Name)).Select(line => $"migrations only: {line.Text}"),
            .. modelled.Except(migrated).Select(line => $"model only: {line.Text}"),
        ];
    }

    private static async Task<List<Line>> DescribeAsync<TDb>(Servers servers, Func<TDb, Task> create)
        where TDb : ServiceDb
    {
        await using var source = NpgsqlDataSource.Create(await servers.CreateDatabaseAsync("schema"));
        var options = new DbContextOptionsBuilder<TDb>()
            .UseNpgsql(source, postgres => postgres.MigrationsHistoryTable("__migrations"))
            .Options;
        await using var db = (TDb)Activator.CreateInstance(typeof(TDb), options)!;
        await create(db);

        List<Line> lines = [];
        await using var command = source.CreateCommand(Describe);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            lines.Add(new Line(reader.GetString(0), reader.GetString(1)));
        return lines;
    }

    private sealed record Line(string Text, string Name);
}
