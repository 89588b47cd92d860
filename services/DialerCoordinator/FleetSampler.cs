using EmptyNumber.DialerCoordinator.Infrastructure;
using EmptyNumber.DialerCoordinator.Model;
using EmptyNumber.ServiceDefaults.Loops;
using Microsoft.Extensions.Options;

namespace EmptyNumber.DialerCoordinator;

/// <summary>Looks at the fleet now and then, for its metrics: whoever collects them often asks no database more often.</summary>
internal sealed class FleetSampler(
    IServiceScopeFactory scopes, FleetMetrics metrics, IOptions<FleetOptions> options, TimeProvider time, ILogger<FleetSampler> logger)
    : TimedLoop(options.Value.SampleInterval, time, logger)
{
    protected override async Task WorkAsync(CancellationToken cancellationToken)
    {
        if (!metrics.AreWatched)
            return;
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            metrics.Observe(await scope.ServiceProvider.GetRequiredService<FleetCensus>().TakeAsync(cancellationToken));
        }
        catch
        {
            metrics.Observe(null);
            throw;
        }
    }
}
