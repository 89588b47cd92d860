using EmptyNumber.ServiceDefaults;
using EmptyNumber.TestSupport;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EmptyNumber.Dialer.Tests.Support;

/// <summary>A dialer process but for the process.</summary>
internal sealed class RunningDialer : IAsyncDisposable
{
    private readonly IHost _host;
    private readonly CancellationTokenSource _disposed = new();

    private RunningDialer(IHost host) => _host = host;

    /// <summary>Starts a dialer against a coordinator; the pace is 2,000 unless a setting says otherwise.</summary>
    public static async Task<RunningDialer> StartAsync(
        FakeCoordinator coordinator, TimeProvider? time = null, params (string Key, string Value)[] settings)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(
            new Dictionary<string, string?> { ["services:gateway:http:0"] = coordinator.Address, ["Dialer:Pace"] = "2000" });
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)));
        if (time is not null)
            builder.Services.AddSingleton(time);
        builder.AddServiceDefaults();
        builder.AddDialer();
        var host = builder.Build();
        await host.StartAsync();
        return new RunningDialer(host);
    }

    public Task StopAsync() => _host.StopAsync();

    /// <summary>Lets fake time run, a second every few milliseconds, until the dialer is disposed.</summary>
    public void LetRun(FakeTimeProvider time) => _ = Task.Run(async () =>
    {
        while (!_disposed.IsCancellationRequested)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(20);
        }
    });

    public async ValueTask DisposeAsync()
    {
        await _disposed.CancelAsync();
        await _host.StopAsync();
        _host.Dispose();
    }
}
