using System.Net.Sockets;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EmptyNumber.ServiceDefaults.Messaging;

/// <summary>
/// Ends the process when a consumer does not come back although the broker has: after a broker's crash the transport may leave a
/// receive endpoint faulted for good. Whoever keeps the process starts it again, and nothing is lost by that.
/// </summary>
internal sealed partial class BusWatch(
    IBusControl bus, IConfiguration configuration, IHostApplicationLifetime lifetime, ILogger<BusWatch> logger)
    : BackgroundService
{
    /// <summary>So many looks in a row: the transport reconnects within a few seconds when it does.</summary>
    public const int Patience = 8;

    /// <summary>The pause between two looks. On the wall clock whatever the service's clock says, as the transport's own pauses are.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(3);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var broker = new Uri(configuration.GetConnectionString("rabbitmq")!);
        using var timer = new PeriodicTimer(Interval);
        var looks = 0;
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var health = bus.CheckHealth();
            looks = health.Status != BusHealthStatus.Healthy && await AnswersAsync(broker, stoppingToken) ? looks + 1 : 0;
            if (looks < Patience)
                continue;
            GivenUp(logger, health.Description);
            Environment.ExitCode = 1;
            lifetime.StopApplication();
            return;
        }
    }

    private static async Task<bool> AnswersAsync(Uri broker, CancellationToken cancellationToken)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(broker.Host, broker.IsDefaultPort || broker.Port < 0 ? 5672 : broker.Port, cancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    [LoggerMessage(LogLevel.Critical, "The broker answers, but the bus does not recover ({Description}); ending to be started again")]
    private static partial void GivenUp(ILogger logger, string? description);
}
