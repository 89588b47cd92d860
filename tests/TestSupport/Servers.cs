using EmptyNumber.AppHost.LocalEngine.Servers;

namespace EmptyNumber.TestSupport;

/// <summary>Servers that a test project can ask for.</summary>
[Flags]
public enum Needs
{
    Postgres = 1,
    Redis = 2,
    RabbitMq = 4,

    /// <summary>Besides, where recordings are kept in a bucket.</summary>
    S3 = 8,
    All = Postgres | Redis | RabbitMq,
}

/// <summary>
/// Private servers on free ports and a temporary folder, started once for all tests of a collection and gone with it. A test
/// project derives its fixture from this class.
/// </summary>
public abstract class Servers(Needs needs) : IAsyncLifetime
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"en-{Guid.NewGuid():N}");
    private LocalPostgres? _postgres;
    private LocalRedis? _redis;
    private LocalRabbitMq? _rabbitMq;
    private LocalS3? _s3;

    /// <summary>PostgreSQL.</summary>
    public LocalPostgres Postgres => _postgres ?? throw Missing(Needs.Postgres);

    /// <summary>Redis.</summary>
    public LocalRedis Redis => _redis ?? throw Missing(Needs.Redis);

    /// <summary>RabbitMQ.</summary>
    public LocalRabbitMq RabbitMq => _rabbitMq ?? throw Missing(Needs.RabbitMq);

    /// <summary>S3.</summary>
    public LocalS3 S3 => _s3 ?? throw Missing(Needs.S3);

    /// <summary>A name that no other database of these servers has, as a connection string. A service's <c>migrate</c> creates it.</summary>
    public string NewDatabase(string name) => Postgres.ConnectionString($"{name}_{Guid.NewGuid():N}");

    /// <summary>An empty database of its own for the caller, as a connection string.</summary>
    public async Task<string> CreateDatabaseAsync(string name)
    {
        var unique = $"{name}_{Guid.NewGuid():N}";
        await Postgres.CreateDatabaseAsync(unique);
        return Postgres.ConnectionString(unique);
    }

    /// <inheritdoc />
    public virtual async Task InitializeAsync()
    {
        Directory.CreateDirectory(_folder);
        await Task.WhenAll(
            StartAsync(Needs.Postgres, async () => _postgres = await LocalPostgres.StartAsync(Path.Combine(_folder, "postgres"))),
            StartAsync(Needs.Redis, async () => _redis = await LocalRedis.StartAsync(Path.Combine(_folder, "redis"))),
            StartAsync(Needs.RabbitMq, async () => _rabbitMq = await LocalRabbitMq.StartAsync(Path.Combine(_folder, "rabbitmq"))),
            StartAsync(Needs.S3, async () => _s3 = await LocalS3.StartAsync(Path.Combine(_folder, "s3"))));
    }

    /// <inheritdoc />
    public virtual async Task DisposeAsync()
    {
        await Task.WhenAll(new LocalServer?[] { _postgres, _redis, _rabbitMq, _s3 }
            .Select(server => server?.DisposeAsync().AsTask() ?? Task.CompletedTask));
        Directory.Delete(_folder, recursive: true);
    }

    private Task StartAsync(Needs server, Func<Task> start) => needs.HasFlag(server) ? start() : Task.CompletedTask;

    private InvalidOperationException Missing(Needs server) => new($"{GetType().Name} does not ask for {server}.");
}
