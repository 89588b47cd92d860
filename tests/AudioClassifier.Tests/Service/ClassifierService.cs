using EmptyNumber.ServiceDefaults.Recordings;
using EmptyNumber.TestSupport;
using Microsoft.Extensions.DependencyInjection;

namespace EmptyNumber.AudioClassifier.Tests.Service;

/// <summary>The service on real servers, its library filled from the pack.</summary>
public sealed class ClassifierService() : Servers(Needs.Postgres | Needs.RabbitMq)
{
    private readonly string _folder = Directory.CreateTempSubdirectory("en-recordings-").FullName;
    private readonly StaticIntrospector _people = new();

    public string Database { get; private set; } = "";

    public TestBus Bus { get; private set; } = null!;

    public ServiceHost<Program> Host { get; private set; } = null!;

    public IRecordingStore Store => Host.Services.GetRequiredService<IRecordingStore>();

    /// <summary>Another replica.</summary>
    public ServiceHost<Program> Second { get; private set; } = null!;

    public HttpClient As(params string[] roles) => Host.CreateClient(_people.Issue(roles));

    /// <summary>An operator who talks to the second replica.</summary>
    public HttpClient OperatorOfSecond() => OperatorOf(Second);

    /// <summary>An operator who talks to one replica.</summary>
    public HttpClient OperatorOf(ServiceHost<Program> replica) => replica.CreateClient(_people.Issue("operator"));

    /// <summary>Spoils a recording where it is stored: nobody can read it any more.</summary>
    public void Spoil(string recordingId) =>
        File.WriteAllText(Directory.GetFiles(_folder, $"{recordingId}.wav", SearchOption.AllDirectories).Single(), "spoilt");

    /// <summary>Runs a verb of the executable on this service's database, or another.</summary>
    /// <returns>Its exit code.</returns>
    public Task<int> RunAsync(string[] verb, string? database = null) => ServiceHost.RunAsync<Program>(verb, Settings(database ?? Database));

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        Bus = await TestBus.StartAsync(RabbitMq.ConnectionString);
        Database = NewDatabase("classifier");
        Host = await StartReplicaAsync();
        Second = await StartReplicaAsync(migrate: false);
    }

    /// <summary>A replica; its migration runs first, however often.</summary>
    public Task<ServiceHost<Program>> StartReplicaAsync(bool migrate = true, string? setting = null, string? value = null)
    {
        var settings = Settings(Database);
        if (setting is not null)
            settings[setting] = value;
        return ServiceHost.StartAsync<Program>(settings, _people.Replace, migrate);
    }

    private Dictionary<string, string?> Settings(string database) => new()
    {
        ["ConnectionStrings:classifierdb"] = database,
        ["ConnectionStrings:rabbitmq"] = RabbitMq.ConnectionString,
        ["Recordings:Path"] = _folder,
    };

    public override async Task DisposeAsync()
    {
        await Second.DisposeAsync();
        await Host.DisposeAsync();
        await Bus.DisposeAsync();
        await base.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}

[CollectionDefinition("classifier")]
public sealed class ClassifierCollection : ICollectionFixture<ClassifierService>;
