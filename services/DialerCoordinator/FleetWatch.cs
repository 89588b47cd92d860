using EmptyNumber.DialerCoordinator.Infrastructure;
using EmptyNumber.DialerCoordinator.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace EmptyNumber.DialerCoordinator;

/// <summary>Handles silence: clients that are lost, deadlines that pass, pauses that end. Every replica watches.</summary>
internal sealed partial class FleetWatch(
    IServiceScopeFactory scopes, Clients clients, FleetMetrics metrics, IOptions<FleetOptions> options, TimeProvider time, ILogger<FleetWatch> logger)
    : BackgroundService
{
    /// <summary>Each matter has a loop of its own: a database that is slow with one keeps nobody from looking after another.</summary>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        WatchAsync("lost clients", ReapAsync, stoppingToken),
        WatchAsync("numbers of lost clients", LoseAsync, stoppingToken),
        WatchAsync("numbers of lost leases", Reaper((reaper, token) => reaper.LoseFencedAsync(token)), stoppingToken),
        WatchAsync("deadlines", Reaper((reaper, token) => reaper.ExpireAsync(token)), stoppingToken),
        WatchAsync("unclassified recordings", Reaper((reaper, token) => reaper.AskAgainAsync(token)), stoppingToken),
        WatchAsync("numbers that may not be dialled", Reaper((reaper, token) => reaper.CloseHeldAsync(token)), stoppingToken),
        WatchAsync("pauses", (services, token) => services.GetRequiredService<DialQueue>().QueueDueAsync(token), stoppingToken));

    private async Task ReapAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var lost = await clients.ReapAsync(cancellationToken);
        metrics.ClientsLost(lost.Length);
        foreach (var client in lost)
            ClientLost(logger, client);
    }

    /// <summary>
    /// Whoever dies between a client's loss and this leaves numbers whose client is not alive: the next round, or another
    /// replica, finds them by that alone.
    /// </summary>
    private async Task LoseAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var holding = await services.GetRequiredService<CoordinatorDb>().DialJobs
            .Where(job => (job.State == DialJobState.Assigned || job.State == DialJobState.Dialling) && job.ClientId != null)
            .Select(job => job.ClientId!).Distinct().ToListAsync(cancellationToken);
        if (holding.Count > 0 && await clients.LostAmongAsync(holding, cancellationToken) is { Length: > 0 } lost)
            await services.GetRequiredService<Reaper>().LoseAsync(lost, cancellationToken);
    }

    private static Func<IServiceProvider, CancellationToken, Task> Reaper(Func<Reaper, CancellationToken, Task> round) =>
        (services, cancellationToken) => round(services.GetRequiredService<Reaper>(), cancellationToken);

    private async Task WatchAsync(string what, Func<IServiceProvider, CancellationToken, Task> round, CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.WatchInterval, time);
        do
        {
            try
            {
                await using var scope = scopes.CreateAsyncScope();
                await round(scope.ServiceProvider, stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                RoundFailed(logger, what, e);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(LogLevel.Warning, "Client {Client} is lost")]
    private static partial void ClientLost(ILogger logger, string client);

    [LoggerMessage(LogLevel.Warning, "Could not look after {What}; trying again")]
    private static partial void RoundFailed(ILogger logger, string what, Exception exception);
}
