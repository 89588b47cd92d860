using EmptyNumber.ServiceDefaults.Authentication;
using EmptyNumber.ServiceDefaults.Errors;
using EmptyNumber.TestSupport;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;

namespace EmptyNumber.ServiceDefaults.Tests;

/// <summary>A service of nothing but the defaults and what a test adds.</summary>
internal sealed class SmallService : IAsyncDisposable
{
    private readonly WebApplication _app;

    private SmallService(WebApplication app)
    {
        _app = app;
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        Client.DefaultRequestHeaders.Add(ForwardedIdentity.KeyHeader, ServiceHost.Key);
    }

    /// <summary>Knows the key of the gateway.</summary>
    public HttpClient Client { get; }

    public IServiceProvider Services => _app.Services;

    public string Address => _app.Urls.Single();

    public static async Task<SmallService> StartAsync(
        Action<WebApplication> endpoints,
        Action<WebApplicationBuilder>? services = null,
        ErrorForm? form = null,
        params (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(settings.ToDictionary(setting => setting.Key, setting => (string?)setting.Value));
        builder.Configuration[ForwardedIdentity.KeySetting] = ServiceHost.Key;
        builder.Configuration["Logging:LogLevel:Default"] = "Warning";
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        services?.Invoke(builder);
        builder.AddServiceDefaults();
        builder.AddApiDefaults(form ?? ErrorForm.Error);
        var app = builder.Build();
        app.UseServiceDefaults();
        endpoints(app);
        await app.StartAsync();
        return new SmallService(app);
    }

    public Task<HttpResponseMessage> GetAsync(string path, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return Client.SendAsync(request);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}

/// <summary>Reads answers.</summary>
internal static class Answers
{
    public static async Task<int> StatusAsync(this Task<HttpResponseMessage> sending) => (await sending.ReadAsync()).Status;
}
