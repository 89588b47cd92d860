using EmptyNumber.DialerCoordinator.Infrastructure;
using EmptyNumber.DialerCoordinator.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace EmptyNumber.DialerCoordinator;

/// <summary>Handles silence: clients that are lost, deadlines that pass, pauses that end. Every replica watches.</summary>
internal sealed partial class FleetWatch(
    IServiceScopeFactory scopes, Leases leases, IOptions<FleetOptions> options, TimeProvider time, ILogger<FleetWatch> logger)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.WatchInterval, time);
        do
        {
            await WatchAsync("lost clients", services => LoseClientsAsync(services, stoppingToken), stoppingToken);
            await WatchAsync("deadlines", services => services.GetRequiredService<CallLedger>().ExpireAsync(stoppingToken), stoppingToken);
            await WatchAsync("unclassified recordings", services => services.GetRequiredService<CallLedger>().AskAgainAsync(stoppingToken), stoppingToken);
            await WatchAsync("pauses", services => services.GetRequiredService<DialQueue>().QueueDueAsync(stoppingToken), stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>
    /// First the leases, then the numbers. Whoever dies in between leaves numbers whose client is not alive: the next
    /// round, or another replica, finds them by that alone.
    /// </summary>
    private async Task LoseClientsAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        foreach (var client in await leases.ReapAsync(cancellationToken))
            ClientLost(logger, client);
        var db = services.GetRequiredService<CoordinatorDb>();
        var holding = await db.DialJobs
            .Where(job => (job.State == DialJobState.Assigned || job.State == DialJobState.Dialling) && job.ClientId != null)
            .Select(job => job.ClientId!).Distinct().ToListAsync(cancellationToken);
        if (holding.Count > 0 && await leases.LostAmongAsync(holding, cancellationToken) is { Length: > 0 } lost)
            await services.GetRequiredService<CallLedger>().LoseAsync(lost, cancellationToken);
    }

    private async Task WatchAsync(string what, Func<IServiceProvider, Task> round, CancellationToken stoppingToken)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            await round(scope.ServiceProvider);
        }
        catch (Exception e) when (!stoppingToken.IsCancellationRequested)
        {
            RoundFailed(logger, what, e);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Client {Client} is lost")]
    private static partial void ClientLost(ILogger logger, string client);

    [LoggerMessage(LogLevel.Warning, "Could not look after {What}; trying again")]
    private static partial void RoundFailed(ILogger logger, string what, Exception exception);
}
