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

    public HttpClient As(params string[] roles) => Host.CreateClient(_people.Issue(roles));

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        Bus = await TestBus.StartAsync(RabbitMq.ConnectionString);
        Database = NewDatabase("classifier");
        Host = await StartReplicaAsync();
    }

    /// <summary>A replica; its migration runs first, however often.</summary>
    public Task<ServiceHost<Program>> StartReplicaAsync() => ServiceHost.StartAsync<Program>(
        new Dictionary<string, string?>
        {
            ["ConnectionStrings:classifierdb"] = Database,
            ["ConnectionStrings:rabbitmq"] = RabbitMq.ConnectionString,
            ["Recordings:Path"] = _folder,
        },
        _people.Replace);

    public override async Task DisposeAsync()
    {
        await Host.DisposeAsync();
        await Bus.DisposeAsync();
        await base.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}

[CollectionDefinition("classifier")]
public sealed class ClassifierCollection : ICollectionFixture<ClassifierService>;
