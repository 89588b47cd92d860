using EmptyNumber.Contracts;
using EmptyNumber.DialerCoordinator.Infrastructure;
using EmptyNumber.DialerCoordinator.Model;
using EmptyNumber.ServiceDefaults.Redis;
using EmptyNumber.TestSupport;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace EmptyNumber.DialerCoordinator.Tests;

/// <summary>The servers of this project.</summary>
public sealed class CoordinatorServers() : Servers(Needs.All);

[CollectionDefinition("coordinator")]
public sealed class CoordinatorCollection : ICollectionFixture<CoordinatorServers>;

/// <summary>A coordinator of the test's own: two replicas, a database and a clock; clients are lost after two seconds.</summary>
public sealed class CoordinatorService : IAsyncDisposable
{
    private readonly StaticIntrospector _people = new();
    private readonly List<ServiceHost<Program>> _replicas = [];
    private long _lastRecord = 1_000;

    private CoordinatorService(CoordinatorServers servers, TestBus bus)
    {
        Servers = servers;
        Bus = bus;
        Database = servers.NewDatabase("coordinator");
    }

    public CoordinatorServers Servers { get; }

    public string Database { get; }

    /// <summary>The folder of the recordings.</summary>
    public string Recordings { get; } = Directory.CreateTempSubdirectory("en-recordings-").FullName;

    public TestBus Bus { get; }

    public FakeTimeProvider Clock { get; } = new();

    public IReadOnlyList<ServiceHost<Program>> Replicas => _replicas;

    /// <param name="servers">The servers.</param>
    /// <param name="extensions">Demo extensions, from 8001.</param>
    /// <param name="replicas">How many of the service.</param>
    /// <param name="clientTimeout">By the clock of Redis, which is real.</param>
    /// <param name="settings">Settings besides; without any, nothing is held back by calling rules.</param>
    public static async Task<CoordinatorService> StartAsync(
        CoordinatorServers servers, int extensions = 3, int replicas = 2, string clientTimeout = "00:00:30", params (string Key, string Value)[] settings)
    {
        await EmptyRedisAsync(servers);
        var service = new CoordinatorService(servers, await TestBus.StartAsync(servers.RabbitMq.ConnectionString));
        for (var i = 0; i < replicas; i++)
            service._replicas.Add(await service.StartReplicaAsync(extensions, clientTimeout, settings, migrate: i == 0));
        return service;
    }

    /// <summary>Waits for a condition while the fleet is watched: each look lets the services' clock go on a little.</summary>
    public Task WatchUntilAsync(Func<Task<bool>> condition, Func<string> seen) => Eventually.Async(
        () =>
        {
            Clock.Advance(TimeSpan.FromMilliseconds(100));
            return condition();
        },
        seen);

    /// <summary>What Redis is after it lost everything.</summary>
    public static async Task EmptyRedisAsync(CoordinatorServers servers)
    {
        await using var redis = new RedisStore(servers.Redis.ConnectionString);
        await redis.RunAsync("return redis.call('FLUSHALL')", [], [], CancellationToken.None);
    }

    /// <summary>A part of the service as the first replica has it.</summary>
    public T Get<T>()
        where T : notnull => _replicas[0].Services.GetRequiredService<T>();

    /// <summary>Reads the service's database.</summary>
    public async Task<T> QueryAsync<T>(Func<CoordinatorDb, Task<T>> query)
    {
        await using var scope = _replicas[0].Services.CreateAsyncScope();
        return await query(scope.ServiceProvider.GetRequiredService<CoordinatorDb>());
    }

    /// <summary>Queues numbers for a task, one record each; gives the records' ids.</summary>
    public Task<long[]> QueueAsync(long task, params string[] numbers) => QueueAsync(task, Priority.Normal, numbers);

    /// <summary>Queues numbers for a task of a priority.</summary>
    public async Task<long[]> QueueAsync(long task, Priority priority, params string[] numbers)
    {
        var queued = numbers.Select(number => new QueuedNumber(Interlocked.Increment(ref _lastRecord), number)).ToArray();
        await Bus.PublishAsync(new NumbersQueued(task, Part: 0, priority, queued));
        await Eventually.Be(() => QueryAsync(db => db.Waiters.CountAsync(waiter => waiter.TaskId == task)), numbers.Length);
        return [.. queued.Select(number => number.RecordId)];
    }

    /// <summary>Task 1 with a million numbers, as a thousand messages would have queued it.</summary>
    public Task<int> QueueMillionAsync() => QueryAsync(db =>
    {
        db.Database.SetCommandTimeout(TimeSpan.FromMinutes(2));
        return db.Database.ExecuteSqlAsync(
            $"""
            insert into tasks (id, last_turn, touched_at, deleted) values (1, 4000000, {Clock.GetUtcNow()}, false);
            insert into dial_jobs (number, state, turn, priority, queued_at, due_at, classify_requests)
            select (15000000000 + place)::text, 0, place * 4, 1, {Clock.GetUtcNow()}, {Clock.GetUtcNow()}, 0 from generate_series(1, 1000000) as place;
            """);
    });

    /// <summary>Uploads a recording of what an extension dials, and answers for the classifier.</summary>
    public async Task FinishAsync(DialerClient dialer, string extension, string number, NumberState state, bool callerSide = false)
    {
        await dialer.UploadAsync(extension, number);
        var job = await QueryAsync(db => db.DialJobs.AsNoTracking().SingleAsync(job => job.Number == number && job.State == DialJobState.Recorded));
        await Bus.PublishAsync(Verdicts.Of(job.CallId!.Value, state, callerSide));
        await Eventually.Be(() => QueryAsync(db => db.DialJobs.AnyAsync(j => j.Id == job.Id && j.State == DialJobState.Recorded)), false);
    }

    /// <summary>A dialer in a trusted network, which talks to the replicas in turn.</summary>
    public DialerClient NewDialer() => new([.. _replicas.Select(replica => replica.CreateClient(trusted: true))]);

    /// <summary>An operator, who talks to the replicas in turn.</summary>
    public EnvelopeClient NewOperator(string role = "operator")
    {
        var token = _people.Issue(role);
        return new EnvelopeClient([.. _replicas.Select(replica => replica.CreateClient(token))]);
    }

    /// <summary>Runs <c>migrate</c> again, as a new version would, and starts one more replica.</summary>
    public async Task MigrateAsync() => _replicas.Add(await StartReplicaAsync(extensions: 0, "00:00:30", [], migrate: true));

    /// <summary>A client that is in no trusted network.</summary>
    public HttpClient Stranger(params string[] roles) => _replicas[0].CreateClient(roles is [] ? null : _people.Issue(roles));

    public async ValueTask DisposeAsync()
    {
        foreach (var replica in _replicas)
            await replica.DisposeAsync();
        await Bus.DisposeAsync();
        Directory.Delete(Recordings, recursive: true);
    }

    private Task<ServiceHost<Program>> StartReplicaAsync(
        int extensions, string clientTimeout, IEnumerable<(string Key, string Value)> settings, bool migrate)
    {
        var all = new Dictionary<string, string?>
        {
            ["ConnectionStrings:coordinatordb"] = Database,
            ["ConnectionStrings:redis"] = Servers.Redis.ConnectionString,
            ["ConnectionStrings:rabbitmq"] = Servers.RabbitMq.ConnectionString,
            ["Recordings:Path"] = Recordings,
            ["Fleet:DemoExtensions"] = extensions.ToString(),
            ["Fleet:ClientTimeout"] = clientTimeout,
            ["Fleet:WatchInterval"] = "00:00:00.100",
            ["CallingRules:Hours"] = "",
            ["CallingRules:CallsPerNumberADay"] = "0",
            ["CallingRules:CallsPerExtensionAnHour"] = "0",
        };
        foreach (var (key, value) in settings)
            all[key] = value;
        return ServiceHost.StartAsync<Program>(
            all,
            services =>
            {
                _people.Replace(services);
                services.Replace(ServiceDescriptor.Singleton<TimeProvider>(Clock));
            },
            migrate,
            environment: "Test");
    }
}
