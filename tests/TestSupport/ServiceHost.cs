using System.Reflection;
using EmptyNumber.ServiceDefaults.Authentication;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;

namespace EmptyNumber.TestSupport;

/// <summary>Starts services in this process.</summary>
public static class ServiceHost
{
    /// <summary>The key that the gateway and the services share.</summary>
    public const string Key = "the key of the tests";

    /// <summary>Starts a service on a free port of 127.0.0.1. Several of one kind may run at once.</summary>
    /// <typeparam name="TProgram">Any class of the service.</typeparam>
    /// <param name="settings">Its configuration, such as <c>ConnectionStrings:accountsdb</c>.</param>
    /// <param name="services">Replaces services of its own.</param>
    /// <param name="migrate">Runs its verb <c>migrate</c> first; not for the second replica.</param>
    /// <param name="environment">The host environment.</param>
    public static async Task<ServiceHost<TProgram>> StartAsync<TProgram>(
        IReadOnlyDictionary<string, string?> settings,
        Action<IServiceCollection>? services = null,
        bool migrate = true,
        string environment = "Development")
        where TProgram : class
    {
        var all = With(settings, environment);
        if (migrate)
            (await RunAsync(typeof(TProgram).Assembly, ["migrate"], all)).ShouldBe(0, $"{typeof(TProgram).Assembly.GetName().Name} migrate");
        var factory = new ServiceHost<TProgram>.Factory(all, services);
        await Task.Run(factory.StartServer);
        return new ServiceHost<TProgram>(factory);
    }

    /// <summary>Runs a verb of a service's executable to its end.</summary>
    /// <typeparam name="TProgram">Any class of the service.</typeparam>
    /// <param name="verb">The verb and its arguments.</param>
    /// <param name="settings">Its configuration.</param>
    /// <returns>The exit code.</returns>
    public static Task<int> RunAsync<TProgram>(string[] verb, IReadOnlyDictionary<string, string?> settings)
        where TProgram : class => RunAsync(typeof(TProgram).Assembly, verb, With(settings, "Development"));

    private static Dictionary<string, string?> With(IReadOnlyDictionary<string, string?> settings, string environment)
    {
        var all = new Dictionary<string, string?>
        {
            [ForwardedIdentity.KeySetting] = Key,
            ["Logging:LogLevel:Default"] = "Warning",
            ["environment"] = environment,
            ["hostBuilder:reloadConfigOnChange"] = "false", // a watched file each, of which a user has 128
            ["urls"] = "http://127.0.0.1:0",
        };
        foreach (var (key, value) in settings)
            all[key] = value;
        return all;
    }

    private static Task<int> RunAsync(Assembly service, string[] verb, Dictionary<string, string?> settings)
    {
        string[] args = [.. verb, .. settings.Select(setting => $"--{setting.Key}={setting.Value}")];
        return Task.Run(() => (int)service.EntryPoint!.Invoke(null, BindingFlags.DoNotWrapExceptions, binder: null, [args], culture: null)!);
    }
}

/// <summary>A service that runs in this process, started by <see cref="ServiceHost"/>.</summary>
/// <typeparam name="TProgram">Any class of the service.</typeparam>
public sealed class ServiceHost<TProgram> : IAsyncDisposable
    where TProgram : class
{
    private readonly Factory _factory;

    internal ServiceHost(Factory factory)
    {
        _factory = factory;
        Client = CreateClient();
    }

    /// <summary>Where it listens.</summary>
    public Uri Address => _factory.ClientOptions.BaseAddress;

    /// <summary>Sends what the gateway would send for a peer of no trusted network.</summary>
    public HttpClient Client { get; }

    /// <summary>The service's own services.</summary>
    public IServiceProvider Services => _factory.Services;

    /// <summary>A client as the gateway would be for another peer.</summary>
    /// <param name="token">The token that the peer sends.</param>
    /// <param name="trusted">Whether the peer is in a trusted network.</param>
    /// <param name="peer">The peer's address.</param>
    /// <param name="throughGateway">False for somebody who calls the service directly and does not know the key.</param>
    public HttpClient CreateClient(string? token = null, bool trusted = false, string peer = "203.0.113.1", bool throughGateway = true)
    {
        var client = new HttpClient { BaseAddress = Address };
        var headers = client.DefaultRequestHeaders;
        if (throughGateway)
        {
            headers.Add(ForwardedIdentity.KeyHeader, ServiceHost.Key);
            headers.Add("X-Forwarded-For", peer);
            if (trusted)
                headers.Add(ForwardedIdentity.TrustedHeader, "1");
        }

        if (token is not null)
            headers.TryAddWithoutValidation("Authorization", $"Token {token}");
        return client;
    }

    /// <summary>Stops it as SIGTERM would.</summary>
    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _factory.DisposeAsync();
    }

    internal sealed class Factory : WebApplicationFactory<TProgram>
    {
        private readonly Dictionary<string, string?> _settings;
        private readonly Action<IServiceCollection>? _services;

        public Factory(Dictionary<string, string?> settings, Action<IServiceCollection>? services)
        {
            _settings = settings;
            _services = services;
            UseKestrel();
        }

        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            builder.UseContentRoot(AppContext.BaseDirectory);
            foreach (var (key, value) in _settings)
                builder.UseSetting(key, value);
            if (_services is not null)
                builder.ConfigureTestServices(_services);
        }
    }
}
