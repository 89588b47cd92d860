using System.Security.Cryptography;
using EmptyNumber.AppHost;
using EmptyNumber.AppHost.Sample;

if (!LaunchOptions.TryParse(args, out var options, out var exitCode))
    return exitCode;

var builder = DistributedApplication.CreateBuilder(options.ToSettings());
var gatewayKey = builder.AddParameter("gateway-key", RandomNumberGenerator.GetHexString(64, lowercase: true), secret: true);
var listingsToken = builder.AddParameter("listings-token", RandomNumberGenerator.GetHexString(40, lowercase: true), secret: true);

// A server that a connection string names is used as it is; the others are started.
var postgres = new Lazy<IResourceBuilder<PostgresServerResource>>(() => builder.AddPostgres("postgres").WithDataVolume());
var redis = Existing("redis") ?? builder.AddRedis("redis");
var rabbitmq = Existing("rabbitmq") ?? builder.AddRabbitMQ("rabbitmq").WithDataVolume();

var accounts = Service("accounts", "Accounts", Database("accountsdb", "accounts"), ("Accounts__ServiceTokens__listings", listingsToken));
var detection = Service("detection", "Detection", Database("detectiondb", "detection"))
    .WithReference(rabbitmq).WaitFor(rabbitmq).WithReference(accounts).WaitFor(accounts);
var coordinator = Service("coordinator", "DialerCoordinator", Database("coordinatordb", "coordinator"))
    .WithReference(redis).WaitFor(redis).WithReference(rabbitmq).WaitFor(rabbitmq).WithReference(accounts).WaitFor(accounts);
var classifier = Service("classifier", "AudioClassifier", Database("classifierdb", "classifier"))
    .WithReference(rabbitmq).WaitFor(rabbitmq).WithReference(accounts).WaitFor(accounts);
var phonepool = Service("phonepool", "PhonePool", Database("phonepooldb", "phonepool")).WithReference(accounts).WaitFor(accounts);
// It has telephones checked through the gateway, as a customer; the gateway itself waits for it.
var listings = Service("listings", "Listings", Database("listingsdb", "listings"), ("Listings__ServiceToken", listingsToken))
    .WithEnvironment("services__gateway__http__0", $"{options.Gateway}").WithReference(accounts).WaitFor(accounts);

var gateway = Project("gateway", "../gateway/Gateway.csproj")
    .WithReference(accounts).WaitFor(accounts).WithReference(detection).WaitFor(detection)
    .WithReference(coordinator).WaitFor(coordinator).WithReference(classifier).WaitFor(classifier)
    .WithReference(phonepool).WaitFor(phonepool).WithReference(listings).WaitFor(listings)
    .WithHttpEndpoint(port: options.Port).WithHttpHealthCheck("/health");
if (builder.Environment.EnvironmentName != "Development") // where everybody knows the passwords
    gateway.WithExternalHttpEndpoints();

if (options.Lines > 0)
    Project("dialer", "../services/Dialer/Dialer.csproj")
        .WithReference(gateway).WaitFor(gateway)
        .WithEnvironment("Dialer__Lines", $"{options.Lines}").WithEnvironment("Dialer__Pace", $"{options.Pace}");

builder.Services.AddWelcome(options);
await builder.Build().RunAsync();
return Environment.ExitCode;

IResourceBuilder<IResourceWithConnectionString>? Existing(string name) =>
    builder.Configuration[$"ConnectionStrings:{name}"] is null ? null : builder.AddConnectionString(name);

IResourceBuilder<IResourceWithConnectionString> Database(string name, string database) =>
    Existing(name) ?? postgres.Value.AddDatabase(name, database);

IResourceBuilder<ProjectResource> Project(string name, string path) =>
    builder.AddProject(name, path, launchProfileName: null)
        .WithEnvironment("ASPNETCORE_ENVIRONMENT", builder.Environment.EnvironmentName)
        .WithEnvironment("DOTNET_ENVIRONMENT", builder.Environment.EnvironmentName)
        .WithEnvironment("Gateway__Key", gatewayKey);

IResourceBuilder<ProjectResource> Service(
    string name, string project, IResourceBuilder<IResourceWithConnectionString> database, params (string Setting, IResourceBuilder<ParameterResource> Value)[] secrets)
{
    var path = $"../services/{project}/{project}.csproj";
    var migrate = Configured(Project($"{name}-migrate", path)).WithArgs("migrate").WithReference(database).WaitFor(database);
    return Configured(Project(name, path)).WithReference(database).WaitForCompletion(migrate)
        .WithReplicas(options.Replicas).WithHttpEndpoint().WithHttpHealthCheck("/health");

    IResourceBuilder<ProjectResource> Configured(IResourceBuilder<ProjectResource> process)
    {
        foreach (var (setting, value) in secrets)
            process.WithEnvironment(setting, value);
        return WithStores(process);
    }
}

// Where the operator keeps recordings and photos, in folders or buckets, reaches the services by the environment.
IResourceBuilder<ProjectResource> WithStores(IResourceBuilder<ProjectResource> project)
{
    foreach (var (section, folder) in ((string, string)[])[("Recordings", options.Recordings), ("Photos", options.Photos)])
        if (!builder.Configuration.GetSection(section).GetChildren().Any(setting => setting.Key is "Path" or "S3"))
            project.WithEnvironment($"{section}__Path", folder);
    return project;
}
