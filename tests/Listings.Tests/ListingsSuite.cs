using EmptyNumber.Gateway.Routing;
using EmptyNumber.Listings.Infrastructure;
using EmptyNumber.ServiceDefaults.Authentication;
using EmptyNumber.ServiceDefaults.Recordings;
using EmptyNumber.TestSupport;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql;

namespace EmptyNumber.Listings.Tests;

/// <summary>PostgreSQL, and the gateway before two replicas of the service on one database, for all tests of a collection.</summary>
public sealed class ListingsSuite() : Servers(Needs.Postgres)
{
    private readonly List<ServiceHost<ListingsDb>> _replicas = [];
    private readonly Dictionary<string, HttpClient> _clients = [];
    private readonly DirectoryInfo _photos = Directory.CreateTempSubdirectory("en-photos-");
    private ServiceHost<RouteTable> _gateway = null!;

    /// <summary>Knows the tokens.</summary>
    internal StaticIntrospector People { get; } = new();

    /// <summary>What the service takes for the gateway when it has telephones checked.</summary>
    internal DetectionStub Detection { get; } = new();

    /// <summary>What lies in the database.</summary>
    internal NpgsqlDataSource Database { get; private set; } = null!;

    /// <summary>Where the gateway listens, without a slash at the end.</summary>
    internal string Gateway => _gateway.Address.ToString().TrimEnd('/');

    /// <summary>Files of the store of photos.</summary>
    internal IEnumerable<FileInfo> PhotoFiles => _photos.EnumerateFiles("*.photo", SearchOption.AllDirectories);

    /// <summary>Somebody without a token.</summary>
    internal HttpClient Anybody => As("");

    /// <summary>Somebody who may do everything.</summary>
    internal HttpClient Admin => As(Roles.Admin);

    /// <inheritdoc />
    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        var database = NewDatabase("listings");
        Database = NpgsqlDataSource.Create(database);
        await Detection.StartAsync();
        var settings = Settings(database, _photos);
        settings["Listings:ServiceToken"] = DetectionStub.Token;
        settings["services:gateway:http:0"] = Detection.Address;
        for (var replica = 0; replica < 2; replica++)
        {
            _replicas.Add(await ServiceHost.StartAsync<ListingsDb>(settings, People.Replace, migrate: replica == 0, environment: "Production"));
            settings[$"services:listings:http:{replica}"] = _replicas[replica].Address.ToString();
        }

        _gateway = await ServiceHost.StartAsync<RouteTable>(settings, migrate: false);
    }

    /// <summary>Starts the service on a database of its own, with a clock and, unless it is a folder, a store of the test's.</summary>
    internal Task<ServiceHost<ListingsDb>> StartAloneAsync(TimeProvider clock, DirectoryInfo photos, IRecordingStore? store = null) =>
        ServiceHost.StartAsync<ListingsDb>(
            Settings(NewDatabase("listings"), photos),
            services =>
            {
                People.Replace(services);
                services.Replace(ServiceDescriptor.Singleton(clock));
                if (store is not null)
                    services.Replace(ServiceDescriptor.Singleton(store));
            },
            environment: "Production");

    /// <summary>One user of a role, always the same; nobody for an empty role.</summary>
    internal HttpClient As(string role)
    {
        lock (_clients)
        {
            if (!_clients.TryGetValue(role, out var client))
                _clients[role] = client = Holder(role.Length == 0 ? null : People.Issue(role));
            return client;
        }
    }

    /// <summary>Whoever has this token.</summary>
    internal HttpClient Holder(string? token) => _gateway.CreateClient(token, throughGateway: false);

    /// <summary>The only value of a query.</summary>
    internal async Task<T> ScalarAsync<T>(string sql)
    {
        await using var command = Database.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    private static Dictionary<string, string?> Settings(string database, DirectoryInfo photos) =>
        new() { ["ConnectionStrings:listingsdb"] = database, ["Photos:Path"] = photos.FullName };

    /// <inheritdoc />
    public override async Task DisposeAsync()
    {
        foreach (var client in _clients.Values)
            client.Dispose();
        await _gateway.DisposeAsync();
        foreach (var replica in _replicas)
            await replica.DisposeAsync();
        await Detection.DisposeAsync();
        await Database.DisposeAsync();
        _photos.Delete(recursive: true);
        await base.DisposeAsync();
    }
}

[CollectionDefinition("listings")]
public sealed class ListingsCollection : ICollectionFixture<ListingsSuite>;
