using System.Diagnostics;
using EmptyNumber.ServiceDefaults.Data;
using EmptyNumber.ServiceDefaults.Telemetry;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EmptyNumber.ServiceDefaults.Outbox;

/// <summary>Publishes what the outbox holds, with publisher confirms, and deletes it then.</summary>
/// <remarks>
/// Rows are taken with <c>for update skip locked</c>, so replicas share the work. A relay that dies between the broker's
/// confirm and the commit publishes again: delivery is at least once.
/// </remarks>
internal sealed partial class OutboxRelay<TDb>(
    IServiceScopeFactory scopes, IBus bus, OutboxSignal signal, ILogger<OutboxRelay<TDb>> logger)
    : BackgroundService
    where TDb : ServiceDb
{
    private const int BatchSize = 200;

    private static readonly ActivitySource Source = new(TelemetryExtensions.Prefix + "Outbox");
    private static readonly TimeSpan SafetyNet = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PublishLimit = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await RelayAsync(stoppingToken) < BatchSize)
                    await signal.WaitAsync(SafetyNet, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                Failed(logger, e);
                await Task.Delay(SafetyNet, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task<int> RelayAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<TDb>();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var batch = await db.Outbox
            .FromSql($"select * from outbox order by id limit {BatchSize} for update skip locked")
            .AsNoTracking()
            .ToListAsync(cancellationToken);
        if (batch.Count == 0)
            return 0;

        // While the broker is away a publish neither throws nor returns.
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(PublishLimit);
        await Task.WhenAll(batch.Select(row => PublishAsync(row, limit.Token)));

        var ids = batch.ConvertAll(row => row.Id);
        await db.Database.ExecuteSqlAsync($"delete from outbox where id = any({ids})", cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return batch.Count;
    }

    private async Task PublishAsync(OutboxMessage row, CancellationToken cancellationToken)
    {
        // The publishing belongs to the trace in which the row was written, not to the relay's loop.
        Activity.Current = null;
        using var activity = row.TraceParent is null ? null : Source.StartActivity("outbox relay", ActivityKind.Producer, row.TraceParent);
        var (message, type) = row.Unwrap();
        await bus.Publish(message, type, cancellationToken);
    }

    [LoggerMessage(LogLevel.Warning, "The outbox could not be relayed; trying again")]
    private static partial void Failed(ILogger logger, Exception exception);
}
