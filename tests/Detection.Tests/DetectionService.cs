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

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 3, 10, 12, 0, 0, TimeSpan.Zero));

    public TestBus Bus { get; private set; } = null!;

    public ServiceHost<Program> Host { get; private set; } = null!;

    /// <summary>A client with the token of a new user.</summary>
    public HttpClient NewUser(params string[] roles) => Host.CreateClient(_people.Issue(roles));

    /// <summary>A client of another replica, with the token of a new user.</summary>
    public HttpClient NewUser(ServiceHost<Program> replica) => replica.CreateClient(_people.Issue("user"));

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        Bus = await TestBus.StartAsync(RabbitMq.ConnectionString);
        _database = NewDatabase("detection");
        Host = await StartReplicaAsync(Clock, migrate: true);
    }

    /// <summary>One more replica, with a clock of its own.</summary>
    public Task<ServiceHost<Program>> StartReplicaAsync(
        FakeTimeProvider clock, bool migrate = false, (string PerDay, string Open)? limits = null) => ServiceHost.StartAsync<Program>(
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

    public override async Task DisposeAsync()
    {
        await Bus.DisposeAsync();
        await Host.DisposeAsync();
        await base.DisposeAsync();
        Directory.Delete(_recordings, recursive: true);
    }
}

[CollectionDefinition("detection")]
public sealed class DetectionCollection : ICollectionFixture<DetectionService>;
