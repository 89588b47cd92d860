using System.Net;
using System.Net.Sockets;
using EmptyNumber.Contracts;
using EmptyNumber.DialerCoordinator.Infrastructure;
using EmptyNumber.DialerCoordinator.Model;
using EmptyNumber.Gateway.Routing;
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

/// <summary>A coordinator of the test's own: two replicas behind a gateway, a database and a clock.</summary>
public sealed class CoordinatorService : IAsyncDisposable
{
    private readonly StaticIntrospector _people = new();
    private readonly List<ServiceHost<CoordinatorDb>> _replicas = [];
    private ServiceHost<RouteTable> _gateway = null!;
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

    public IReadOnlyList<ServiceHost<CoordinatorDb>> Replicas => _replicas;

    /// <param name="servers">The servers.</param>
    /// <param name="extensions">Demo extensions, from 8001.</param>
    /// <param name="replicas">How many of the service.</param>
    /// <param name="clientTimeout">By the clock of Redis, which is real.</param>
    /// <param name="services">Replaces services of its own.</param>
    /// <param name="settings">Settings besides; without any, nothing is held back by calling rules.</param>
    public static async Task<CoordinatorService> StartAsync(
        CoordinatorServers servers, int extensions = 3, int replicas = 2, string clientTimeout = "00:00:30",
        Action<IServiceCollection>? services = null, params (string Key, string Value)[] settings)
    {
        await EmptyRedisAsync(servers);
        var service = new CoordinatorService(servers, await TestBus.StartAsync(servers.RabbitMq.ConnectionString));
        for (var i = 0; i < replicas; i++)
            service._replicas.Add(await service.StartReplicaAsync(
                service.Settings(extensions, [("Fleet:ClientTimeout", clientTimeout), .. settings]), services, migrate: i == 0));
        service._gateway = await service.StartGatewayAsync();
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

    /// <summary>A dialer in a trusted network.</summary>
    public DialerClient NewDialer() => new(_gateway.CreateClient(throughGateway: false));

    /// <summary>An operator.</summary>
    public EnvelopeClient NewOperator(string role = "operator") => new(_gateway.CreateClient(_people.Issue(role), throughGateway: false));

    /// <summary>A client that is in no trusted network.</summary>
    public HttpClient Stranger(params string[] roles)
    {
        var client = new HttpClient(new SocketsHttpHandler { ConnectCallback = ConnectFromElsewhereAsync }) { BaseAddress = _gateway.Address };
        if (roles is not [])
            client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", $"Token {_people.Issue(roles)}");
        return client;
    }

    /// <summary>Runs <c>migrate</c> again, as a new version would.</summary>
    public async Task MigrateAsync() => (await ServiceHost.RunAsync<CoordinatorDb>(["migrate"], Settings(extensions: 0, []))).ShouldBe(0);

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        foreach (var replica in _replicas)
            await replica.DisposeAsync();
        await Bus.DisposeAsync();
        Directory.Delete(Recordings, recursive: true);
    }

    private Task<ServiceHost<CoordinatorDb>> StartReplicaAsync(Dictionary<string, string?> settings, Action<IServiceCollection>? services, bool migrate) =>
        ServiceHost.StartAsync<CoordinatorDb>(
            settings,
            replaced =>
            {
                _people.Replace(replaced);
                replaced.Replace(ServiceDescriptor.Singleton<TimeProvider>(Clock));
                services?.Invoke(replaced);
            },
            migrate,
            environment: "Test");

    private Task<ServiceHost<RouteTable>> StartGatewayAsync() => ServiceHost.StartAsync<RouteTable>(
        new Dictionary<string, string?>(_replicas.Index().Select(replica => KeyValuePair.Create($"services:coordinator:http:{replica.Index}", (string?)replica.Item.Address.ToString())))
        {
            ["TrustedNetworks"] = $"{IPAddress.Loopback}/32",
        },
        migrate: false);

    private Dictionary<string, string?> Settings(int extensions, IEnumerable<(string Key, string Value)> more)
    {
        var all = new Dictionary<string, string?>
        {
            ["ConnectionStrings:coordinatordb"] = Database,
            ["ConnectionStrings:redis"] = Servers.Redis.ConnectionString,
            ["ConnectionStrings:rabbitmq"] = Servers.RabbitMq.ConnectionString,
            ["Recordings:Path"] = Recordings,
            ["Fleet:DemoExtensions"] = extensions.ToString(),
            ["Fleet:WatchInterval"] = "00:00:00.100",
            ["CallingRules:Hours"] = "",
            ["CallingRules:CallsPerNumberADay"] = "0",
            ["CallingRules:CallsPerExtensionAnHour"] = "0",
        };
        foreach (var (key, value) in more)
            all[key] = value;
        return all;
    }

    /// <summary>From an address of this machine that the gateway does not trust.</summary>
    private static async ValueTask<Stream> ConnectFromElsewhereAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var connection = new TcpClient(new IPEndPoint(IPAddress.Parse("127.0.0.2"), 0));
        await connection.ConnectAsync(context.DnsEndPoint.Host, context.DnsEndPoint.Port, cancellationToken);
        return connection.GetStream();
    }
}
