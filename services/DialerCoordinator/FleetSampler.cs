using EmptyNumber.DialerCoordinator.Infrastructure;
using EmptyNumber.DialerCoordinator.Model;
using Microsoft.Extensions.Options;

namespace EmptyNumber.DialerCoordinator;

/// <summary>Looks at the fleet now and then, for its metrics: whoever collects them often asks no database more often.</summary>
internal sealed partial class FleetSampler(
    IServiceScopeFactory scopes, FleetMetrics metrics, IOptions<FleetOptions> options, TimeProvider time, ILogger<FleetSampler> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.SampleInterval, time);
        do
        {
            try
            {
                if (!metrics.AreWatched)
                    continue;
                await using var scope = scopes.CreateAsyncScope();
                metrics.Observe(await scope.ServiceProvider.GetRequiredService<FleetCensus>().TakeAsync(stoppingToken));
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                metrics.Observe(null);
                Failed(logger, e);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(LogLevel.Warning, "Could not look at the fleet for its metrics; trying again")]
    private static partial void Failed(ILogger logger, Exception exception);
}
