using EmptyNumber.ServiceDefaults.Outbox;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace EmptyNumber.ServiceDefaults.Data;

/// <summary>A service and its database.</summary>
public static class DatabaseExtensions
{
    /// <summary>
    /// Connections of one process, where the connection string does not say otherwise: two replicas under full load must not use up
    /// a PostgreSQL (100 to 200 connections) that they share with other services. Who finds none free waits for one.
    /// </summary>
    private const int MaxConnections = 30;

    /// <summary>
    /// No statement leaves anything behind in its session, so a connection that was given back need not be reset: that takes
    /// PostgreSQL as long as a small statement.
    /// </summary>
    private const string Unreset = "No Reset On Close=true";

    /// <summary>Adds the database whose connection string is <c>ConnectionStrings:name</c>, with its health check.</summary>
    public static void AddDatabase<TDb>(this IHostApplicationBuilder builder, string name)
        where TDb : ServiceDb
    {
        builder.Services.AddSingleton(services =>
        {
            var configured = services.GetRequiredService<IConfiguration>().GetConnectionString(name)
                ?? throw new InvalidOperationException($"ConnectionStrings:{name} is not configured.");
            return new NpgsqlDataSourceBuilder($"Maximum Pool Size={MaxConnections};{Unreset};{configured}") { Name = name }.Build();
        });
        builder.Services.AddSingleton<OutboxSignal>();
        builder.Services.AddSingleton<OutboxInterceptor>();
        builder.Services.AddDbContextPool<TDb>((services, options) => options
            .UseNpgsql(services.GetRequiredService<NpgsqlDataSource>(), postgres => postgres.MigrationsHistoryTable("__migrations"))
            .AddInterceptors(services.GetRequiredService<OutboxInterceptor>()));
        builder.Services.AddHealthChecks().Add(new HealthCheckRegistration(
            name, services => new DatabaseCheck(services.GetRequiredService<NpgsqlDataSource>()), HealthStatus.Unhealthy, tags: null, TimeSpan.FromSeconds(3)));
    }

    /// <summary>The verb <c>migrate</c>: brings the database to this version's schema; safe when several run at once.</summary>
    /// <returns>The exit code, 0.</returns>
    public static async Task<int> MigrateAsync<TDb>(this WebApplication app)
        where TDb : ServiceDb
    {
        await using var scope = app.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<TDb>();
        var own = new NpgsqlConnectionStringBuilder(app.Services.GetRequiredService<NpgsqlDataSource>().ConnectionString);
        var guard = new NpgsqlConnectionStringBuilder(own.ConnectionString) { Database = "postgres", Pooling = false };

        // EF's own lock ends where a migration leaves its transaction; this one holds to the end, and is not in the
        // database that may have to be created.
        await using var connection = new NpgsqlConnection(guard.ConnectionString);
        await connection.OpenAsync();
        await using var @lock = new NpgsqlCommand("select pg_advisory_lock(hashtext($1))", connection) { Parameters = { new() { Value = own.Database! } } };
        await @lock.ExecuteNonQueryAsync();
        await db.Database.MigrateAsync();
        return 0;
    }

    private sealed class DatabaseCheck(NpgsqlDataSource source) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            try
            {
                await using var command = source.CreateCommand("select 1");
                await command.ExecuteScalarAsync(cancellationToken);
                return HealthCheckResult.Healthy();
            }
            catch (Exception e) when (e is NpgsqlException or OperationCanceledException)
            {
                return new HealthCheckResult(context.Registration.FailureStatus, e.Message);
            }
        }
    }
}
