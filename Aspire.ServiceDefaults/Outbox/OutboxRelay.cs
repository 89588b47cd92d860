using System.Diagnostics;
using EmptyNumber.ServiceDefaults.Data;
using EmptyNumber.ServiceDefaults.Loops;
using EmptyNumber.ServiceDefaults.Messaging;
using EmptyNumber.ServiceDefaults.Telemetry;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EmptyNumber.ServiceDefaults.Outbox;

/// <summary>Publishes what the outbox holds, with publisher confirms, and deletes it then.</summary>
/// <remarks>
/// Rows are taken with <c>for update skip locked</c>, so replicas share the work. A relay that dies between the broker's
/// confirm and the commit publishes again: delivery is at least once.
/// </remarks>
internal sealed partial class OutboxRelay<TDb>(
    IServiceScopeFactory scopes, IBus bus, OutboxSignal signal, ILogger<OutboxRelay<TDb>> logger)
    : WokenLoop(signal, logger)
    where TDb : ServiceDb
{
    private const int BatchSize = 200;

    private readonly ILogger _logger = logger;

    private static readonly ActivitySource Source = new(TelemetryExtensions.Prefix + "Outbox");
    private static readonly TimeSpan PublishLimit = TimeSpan.FromSeconds(30);

    protected override async Task<bool> WorkAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<TDb>();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var batch = await db.Outbox
            .FromSql($"select * from outbox order by id limit {BatchSize} for update skip locked")
            .AsNoTracking()
            .ToListAsync(cancellationToken);
        if (batch.Count == 0)
            return false;

        // While the broker is away a publish neither throws nor returns.
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(PublishLimit);
        var published = (await Task.WhenAll(batch.Select(row => PublishAsync(row, limit.Token)))).OfType<long>().ToList();
        await db.Database.ExecuteSqlAsync($"delete from outbox where id = any({published})", cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return published.Count == BatchSize;
    }

    /// <returns>The row's id; null for a row that has to stay: this version cannot read it, or no queue takes it yet.</returns>
    private async Task<long?> PublishAsync(OutboxMessage row, CancellationToken cancellationToken)
    {
        if (!row.TryUnwrap(out var message, out var type, out var problem))
        {
            Unreadable(_logger, row.Id, row.Type, problem);
            return null;
        }

        // The publishing belongs to the trace in which the row was written, not to the relay's loop.
        Activity.Current = null;
        using var activity = row.TraceParent is null ? null : Source.StartActivity("outbox relay", ActivityKind.Producer, row.TraceParent);
        try
        {
            await bus.PublishRoutedAsync(message, type, cancellationToken);
            return row.Id;
        }
        catch (MessageReturnedException)
        {
            Unheard(_logger, row.Type);
            return null;
        }
    }

    [LoggerMessage(LogLevel.Warning, "No queue takes {Type} yet; it stays in the outbox")]
    private static partial void Unheard(ILogger logger, string type);

    [LoggerMessage(LogLevel.Error, "Outbox row {Id} of type {Type} cannot be read and stays")]
    private static partial void Unreadable(ILogger logger, long id, string type, Exception exception);
}
