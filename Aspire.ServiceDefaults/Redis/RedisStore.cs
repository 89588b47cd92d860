using EmptyNumber.ServiceDefaults.Errors;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using StackExchange.Redis;

namespace EmptyNumber.ServiceDefaults.Redis;

/// <summary>
/// Redis with a time limit on every command, and scripts that survive <c>SCRIPT FLUSH</c>. The only place that knows the
/// client library.
/// </summary>
public sealed class RedisStore : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);

    private readonly ConfigurationOptions _options;
    private readonly SemaphoreSlim _connecting = new(1, 1);
    private volatile ConnectionMultiplexer? _connection;

    /// <param name="connectionString">In the client's form, <c>host:port[,password=…]</c>.</param>
    public RedisStore(string connectionString)
    {
        _options = ConfigurationOptions.Parse(connectionString);
        _options.AbortOnConnectFail = false;
        _options.KeepAlive = 5;
        _options.ConnectTimeout = 2000;
        _options.ReconnectRetryPolicy = new LinearRetry(500);
    }

    /// <summary>Runs a script.</summary>
    /// <param name="script">Lua; <c>KEYS</c> and <c>ARGV</c> are <paramref name="keys"/> and <paramref name="arguments"/>.</param>
    /// <param name="keys">Every key that it touches, all with one hash tag.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="cancellationToken">Ends the waiting; the script may still run.</param>
    /// <exception cref="UnavailableException">Redis did not answer within 3 s, or answered that it cannot (loading, out of memory, read-only).</exception>
    public async Task<RedisResult> RunAsync(string script, RedisKey[] keys, RedisValue[] arguments, CancellationToken cancellationToken)
    {
        try
        {
            var database = (_connection ?? await ConnectAsync(cancellationToken)).GetDatabase();
            try
            {
                return await database.ScriptEvaluateAsync(script, keys, arguments).WaitAsync(Limit, cancellationToken);
            }
            catch (RedisServerException e) when (e.Message.StartsWith("NOSCRIPT", StringComparison.Ordinal))
            {
                return await database.ScriptEvaluateAsync(script, keys, arguments).WaitAsync(Limit, cancellationToken);
            }
        }
        catch (Exception e) when (e is RedisException or TimeoutException)
        {
            throw new UnavailableException("Redis does not answer.", e);
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_connection is { } connection)
            await connection.CloseAsync(allowCommandsToComplete: false);
        _connecting.Dispose();
    }

    private async Task<ConnectionMultiplexer> ConnectAsync(CancellationToken cancellationToken)
    {
        await _connecting.WaitAsync(cancellationToken);
        try
        {
            return _connection ??= await ConnectionMultiplexer.ConnectAsync(_options);
        }
        finally
        {
            _connecting.Release();
        }
    }
}

/// <summary>A service and its Redis.</summary>
public static class RedisExtensions
{
    /// <summary>Adds Redis (<c>ConnectionStrings:redis</c>) with its health check.</summary>
    public static void AddRedis(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton(services => new RedisStore(
            services.GetRequiredService<IConfiguration>().GetConnectionString("redis")
            ?? throw new InvalidOperationException("ConnectionStrings:redis is not configured.")));
        builder.Services.AddHealthChecks().AddCheck<RedisCheck>("redis");
    }

    private sealed class RedisCheck(RedisStore redis) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            try
            {
                await redis.RunAsync("return 1", [], [], cancellationToken);
                return HealthCheckResult.Healthy();
            }
            catch (UnavailableException e)
            {
                return new HealthCheckResult(context.Registration.FailureStatus, e.Message);
            }
        }
    }
}
