using EmptyNumber.Detection.Infrastructure;
using EmptyNumber.Gateway.Routing;
using EmptyNumber.TestSupport;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace EmptyNumber.Detection.Tests;

/// <summary>The service on real servers; each test is a user of its own.</summary>
public sealed class DetectionService() : Servers(Needs.Postgres | Needs.RabbitMq)
{
    private readonly StaticIntrospector _people = new();
    private readonly string _recordings = Directory.CreateTempSubdirectory("en-recordings-").FullName;
    private string _database = "";
    private Replica _replica = null!;

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 3, 10, 12, 0, 0, TimeSpan.Zero));

    public TestBus Bus { get; private set; } = null!;

    /// <summary>The service itself.</summary>
    public ServiceHost<DetectionDb> Host => _replica.Host;

    /// <summary>Somebody who has, or has not, a token.</summary>
    public HttpClient Connect(string? token = null) => _replica.Connect(token);

    /// <summary>A client with the token of a new user.</summary>
    public HttpClient NewUser(params string[] roles) => Connect(_people.Issue(roles));

    /// <summary>The token of a user is bad from now on.</summary>
    public void Revoke(HttpClient user) => _people.Revoke(user.DefaultRequestHeaders.Authorization!.Parameter!);

    /// <summary>A client of other replicas, with the token of a new user.</summary>
    internal HttpClient NewUser(Replica replica) => replica.Connect(_people.Issue("user"));

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        Bus = await TestBus.StartAsync(RabbitMq.ConnectionString);
        _database = NewDatabase("detection");
        _replica = await StartReplicaAsync(Clock, migrate: true);
    }

    /// <summary>One more replica, with a clock of its own and a gateway before it.</summary>
    /// <param name="clock">Its clock.</param>
    /// <param name="migrate">Whether it is the first.</param>
    /// <param name="limits">The limits of every user.</param>
    /// <param name="beside">A replica that stands behind the same gateway.</param>
    internal async Task<Replica> StartReplicaAsync(
        FakeTimeProvider clock, bool migrate = false, (string PerDay, string Open)? limits = null, ServiceHost<DetectionDb>? beside = null)
    {
        var host = await StartHostAsync(clock, migrate, limits);
        var gateway = await ServiceHost.StartAsync<RouteTable>(
            new[] { host, beside }.OfType<ServiceHost<DetectionDb>>().Index().ToDictionary(
                replica => $"services:detection:http:{replica.Index}", replica => (string?)replica.Item.Address.ToString()),
            migrate: false);
        return new Replica(host, gateway);
    }

    public override async Task DisposeAsync()
    {
        await Bus.DisposeAsync();
        await _replica.DisposeAsync();
        await base.DisposeAsync();
        Directory.Delete(_recordings, recursive: true);
    }

    private Task<ServiceHost<DetectionDb>> StartHostAsync(FakeTimeProvider clock, bool migrate, (string PerDay, string Open)? limits) => ServiceHost.StartAsync<DetectionDb>(
        new Dictionary<string, string?>
        {
            ["ConnectionStrings:detectiondb"] = _database,
            ["ConnectionStrings:rabbitmq"] = RabbitMq.ConnectionString,
            ["Recordings:Path"] = _recordings,
            ["Webhooks:AllowPrivateNetworks"] = "true",
            ["Detection:MaxNumbersPerRequest"] = "5000",
            ["Detection:MaxLinesPerFile"] = "6000",
            ["Detection:Limits:NumbersPerDay"] = limits?.PerDay ?? "1000000",
            ["Detection:Limits:OpenNumbers"] = limits?.Open ?? "1000000",
        },
        services =>
        {
            _people.Replace(services);
            services.Replace(ServiceDescriptor.Singleton<TimeProvider>(clock));
        },
        migrate);
}

/// <summary>A replica, and a gateway through which it is called.</summary>
internal sealed record Replica(ServiceHost<DetectionDb> Host, ServiceHost<RouteTable> Gateway) : IAsyncDisposable
{
    /// <summary>Somebody outside.</summary>
    public HttpClient Connect(string? token) => Gateway.CreateClient(token, throughGateway: false);

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await Host.DisposeAsync();
    }
}

[CollectionDefinition("detection")]
public sealed class DetectionCollection : ICollectionFixture<DetectionService>;
