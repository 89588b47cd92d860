using System.Net;
using System.Net.Sockets;
using System.Reflection;
using EmptyNumber.ServiceDefaults.Messaging;
using EmptyNumber.TestSupport;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmptyNumber.ServiceDefaults.Tests;

public sealed class BusWatchTests : IDisposable
{
    private const int Long = 3 * BusWatch.Patience;

    private readonly TcpListener _broker = new(IPAddress.Loopback, 0);
    private readonly Lifetime _process = new();
    private readonly Health _health;
    private readonly IBusControl _bus = DispatchProxy.Create<IBusControl, Health>();

    public BusWatchTests()
    {
        _broker.Start();
        _health = (Health)_bus;
    }

    public void Dispose()
    {
        _broker.Dispose();
        _process.Dispose();
        Environment.ExitCode = 0;
    }

    [Fact]
    public async Task A_bus_that_stays_faulted_while_the_broker_answers_ends_the_process_with_an_error()
    {
        using var watch = await WatchAsync();
        _health.Answer = _ => BusHealthStatus.Degraded;

        await watch.ExecuteTask!.WaitAsync(Eventually.Deadline);

        _process.ApplicationStopping.IsCancellationRequested.ShouldBeTrue();
        Environment.ExitCode.ShouldBe(1);
        _health.Looks.ShouldBeGreaterThanOrEqualTo(BusWatch.Patience);
    }

    [Fact]
    public async Task A_broker_that_is_away_is_waited_for()
    {
        _broker.Stop();
        _health.Answer = _ => BusHealthStatus.Unhealthy;
        using var watch = await WatchAsync();

        await ShouldGoOnAsync(watch);
    }

    [Fact]
    public async Task A_bus_that_recovers_in_time_goes_on()
    {
        _health.Answer = look => look % BusWatch.Patience == 0 ? BusHealthStatus.Healthy : BusHealthStatus.Degraded;
        using var watch = await WatchAsync();

        await ShouldGoOnAsync(watch);
    }

    private async Task ShouldGoOnAsync(BusWatch watch)
    {
        await Eventually.Async(
            () => Task.FromResult(_health.Looks >= Long || watch.ExecuteTask!.IsCompleted), () => $"{_health.Looks} looks");
        _process.ApplicationStopping.IsCancellationRequested.ShouldBeFalse();
        await watch.StopAsync(default);
    }

    private async Task<BusWatch> WatchAsync()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("ConnectionStrings:rabbitmq", $"amqp://{_broker.LocalEndpoint}")]).Build();
        var watch = new BusWatch(_bus, configuration, _process, NullLogger<BusWatch>.Instance) { Interval = TimeSpan.FromMilliseconds(10) };
        await watch.StartAsync(default);
        return watch;
    }

    /// <summary>A bus of which nothing is asked but its health.</summary>
    public class Health : DispatchProxy
    {
        private int _looks;

        public int Looks => _looks;

        public Func<int, BusHealthStatus> Answer { get; set; } = _ => BusHealthStatus.Healthy;

        protected override object Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            targetMethod!.Name.ShouldBe(nameof(IBusControl.CheckHealth));
            var (status, endpoints) = (Answer(Interlocked.Increment(ref _looks)), new Dictionary<string, EndpointHealthResult>());
            return status switch
            {
                BusHealthStatus.Healthy => BusHealthResult.Healthy("", endpoints),
                BusHealthStatus.Degraded => BusHealthResult.Degraded("", new TimeoutException(), endpoints),
                _ => BusHealthResult.Unhealthy("", new TimeoutException(), endpoints),
            };
        }
    }

    private sealed class Lifetime : IHostApplicationLifetime, IDisposable
    {
        private readonly CancellationTokenSource _stopping = new();

        public CancellationToken ApplicationStarted => default;

        public CancellationToken ApplicationStopping => _stopping.Token;

        public CancellationToken ApplicationStopped => default;

        public void StopApplication() => _stopping.Cancel();

        public void Dispose() => _stopping.Dispose();
    }
}
