using EmptyNumber.Accounts.Infrastructure;
using EmptyNumber.Gateway.Routing;
using EmptyNumber.TestSupport;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace EmptyNumber.Accounts.Tests;

/// <summary>A gateway before two replicas of Accounts on one database.</summary>
internal sealed class AccountsSuite : IAsyncDisposable
{
    private readonly List<ServiceHost<AccountsDb>> _replicas = [];
    private ServiceHost<RouteTable> _gateway = null!;

    /// <summary>Both replicas.</summary>
    public IReadOnlyList<ServiceHost<AccountsDb>> Replicas => _replicas;

    /// <summary>One of the replicas.</summary>
    public ServiceHost<AccountsDb> Replica => _replicas[0];

    /// <summary>Somebody without a token.</summary>
    public HttpClient Anybody { get; private set; } = null!;

    public static async Task<AccountsSuite> StartAsync(
        AccountsServers servers, TimeProvider? clock = null, string environment = "Development", Action<IServiceCollection>? services = null,
        params (string Key, string Value)[] settings)
    {
        var suite = new AccountsSuite();
        var all = settings.ToDictionary(setting => setting.Key, setting => (string?)setting.Value);
        all["ConnectionStrings:accountsdb"] = servers.NewDatabase("accounts");
        for (var replica = 0; replica < 2; replica++)
        {
            suite._replicas.Add(await ServiceHost.StartAsync<AccountsDb>(
                all,
                collection =>
                {
                    collection.Replace(ServiceDescriptor.Singleton(clock ?? TimeProvider.System));
                    services?.Invoke(collection);
                },
                migrate: replica == 0,
                environment));
            all[$"services:accounts:http:{replica}"] = suite._replicas[replica].Address.ToString();
        }

        suite._gateway = await ServiceHost.StartAsync<RouteTable>(all, migrate: false);
        suite.Anybody = suite.Connect();
        return suite;
    }

    /// <summary>Whoever has this token.</summary>
    public HttpClient Connect(string? token = null) => _gateway.CreateClient(token, throughGateway: false);

    /// <summary>A user who has logged in.</summary>
    public async Task<HttpClient> LogInAsync(string name, string password) => Connect(await Anybody.TokenAsync(name, password));

    public async ValueTask DisposeAsync()
    {
        Anybody.Dispose();
        await _gateway.DisposeAsync();
        foreach (var replica in _replicas)
            await replica.DisposeAsync();
    }
}
