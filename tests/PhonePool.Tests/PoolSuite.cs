using EmptyNumber.Gateway.Routing;
using EmptyNumber.PhonePool.Infrastructure;
using EmptyNumber.ServiceDefaults.Authentication;
using EmptyNumber.TestSupport;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql;

namespace EmptyNumber.PhonePool.Tests;

/// <summary>PostgreSQL for all tests of a collection.</summary>
public sealed class PoolServers() : Servers(Needs.Postgres)
{
    /// <summary>Two replicas behind a gateway, with a pool of their own.</summary>
    internal Task<PoolSuite> StartAsync(params (string Key, string Value)[] settings) => PoolSuite.StartAsync(NewDatabase("phonepool"), settings);

    /// <summary>The same with a clock that goes.</summary>
    internal Task<PoolSuite> StartInRealTimeAsync(params (string Key, string Value)[] settings) => PoolSuite.StartAsync(
        NewDatabase("phonepool"), settings, services => services.Replace(ServiceDescriptor.Singleton(TimeProvider.System)));
}

[CollectionDefinition("pool")]
public sealed class PoolCollection : ICollectionFixture<PoolServers>;

/// <summary>The gateway, and two replicas of the service on one database.</summary>
internal sealed class PoolSuite : IAsyncDisposable
{
    private readonly List<ServiceHost<MobilePool>> _replicas = [];
    private ServiceHost<RouteTable> _gateway = null!;

    private PoolSuite(string database) => Database = NpgsqlDataSource.Create(database);

    /// <summary>The clock of both replicas; it stands.</summary>
    public FakeTimeProvider Clock { get; } = new();

    /// <summary>Knows the tokens.</summary>
    public StaticIntrospector People { get; } = new();

    /// <summary>What lies in the database.</summary>
    public NpgsqlDataSource Database { get; }

    /// <summary>A handset or an app in a trusted network.</summary>
    public HttpClient Client { get; private set; } = null!;

    public static async Task<PoolSuite> StartAsync(string database, (string Key, string Value)[] settings, Action<IServiceCollection>? services = null)
    {
        var suite = new PoolSuite(database);
        var all = settings.ToDictionary(setting => setting.Key, setting => (string?)setting.Value);
        all["ConnectionStrings:phonepooldb"] = database;
        for (var replica = 0; replica < 2; replica++)
        {
            suite._replicas.Add(await ServiceHost.StartAsync<MobilePool>(
                all,
                replaced =>
                {
                    suite.People.Replace(replaced);
                    replaced.Replace(ServiceDescriptor.Singleton<TimeProvider>(suite.Clock));
                    services?.Invoke(replaced);
                },
                migrate: replica == 0));
            all[$"services:phonepool:http:{replica}"] = suite._replicas[replica].Address.ToString();
        }

        suite._gateway = await ServiceHost.StartAsync<RouteTable>(all, migrate: false);
        suite.Client = suite._gateway.CreateClient(throughGateway: false);
        return suite;
    }

    /// <summary>A client that goes past the gateway to one replica, as the gateway would for a peer in a trusted network.</summary>
    public HttpClient Replica(int index) => _replicas[index].CreateClient(trusted: true);

    /// <summary>A peer of the gateway with a token.</summary>
    public HttpClient Holder(string token) => _gateway.CreateClient(token, throughGateway: false);

    /// <summary>Stops a replica as SIGTERM would.</summary>
    public ValueTask StopAsync(int index) => _replicas[index].DisposeAsync();

    /// <summary>The only value of a query.</summary>
    public async Task<T> ScalarAsync<T>(string sql)
    {
        await using var command = Database.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _gateway.DisposeAsync();
        foreach (var replica in _replicas)
            await replica.DisposeAsync();
        await Database.DisposeAsync();
    }
}
