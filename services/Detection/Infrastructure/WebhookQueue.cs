using EmptyNumber.Detection.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace EmptyNumber.Detection.Infrastructure;

/// <summary>Deliveries that wait for their next try.</summary>
internal sealed class WebhookQueue(DetectionDb db, IOptions<WebhookOptions> options, TimeProvider time)
{
    /// <summary>What recording the outcome of a try may take beyond the try itself.</summary>
    private static readonly TimeSpan LeaseMargin = TimeSpan.FromSeconds(20);

    /// <summary>
    /// Takes due deliveries, the longest due first, for as long as a try can take: then they are due again, unless the outcome
    /// was recorded. Several processes may claim at once.
    /// </summary>
    /// <param name="atMost">How many.</param>
    /// <param name="busy">The users whose deliveries are under way in this process, each as often as there are.</param>
    /// <param name="cancellationToken">Ends it; nothing is taken then.</param>
    /// <returns>Deliveries whose <see cref="WebhookDelivery.DueAt"/> is the end of the lease.</returns>
    public Task<List<WebhookDelivery>> ClaimAsync(int atMost, long[] busy, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var leasedUntil = now + options.Value.TryLimit + LeaseMargin;
        return db.WebhookDeliveries.FromSql(
            $"""
            update webhook_deliveries set due_at = {leasedUntil}
            where event_id in (
                select event_id from webhook_deliveries
                where due_at <= {now} and event_id in (
                    select event_id from (
                        select event_id, due_at,
                            row_number() over (partition by user_id order by due_at, event_id)
                            + (select count(*) from unnest({busy}) as busy (user_id) where busy.user_id = due.user_id) as place
                        from webhook_deliveries as due where due_at <= {now}
                    ) as waiting
                    where place <= {options.Value.ParallelPerUser} order by due_at, event_id limit {atMost}
                )
                for update skip locked
            )
            returning *
            """).AsNoTracking().ToListAsync(cancellationToken);
    }

    /// <summary>It was told.</summary>
    public Task DoneAsync(WebhookDelivery delivery, CancellationToken cancellationToken) =>
        db.WebhookDeliveries.Where(done => done.EventId == delivery.EventId).ExecuteDeleteAsync(cancellationToken);

    /// <summary>A try failed: it is due again later, or given up. Changes nothing where the lease was lost to another process.</summary>
    /// <returns>When it is due; null when that was the last try.</returns>
    public async Task<DateTimeOffset?> FailedAsync(WebhookDelivery delivery, string error, CancellationToken cancellationToken)
    {
        var next = time.GetUtcNow() + options.Value.PauseAfter(delivery.Tries + 1);
        await db.WebhookDeliveries
            .Where(failed => failed.EventId == delivery.EventId && failed.DueAt == delivery.DueAt)
            .ExecuteUpdateAsync(
                set => set.SetProperty(d => d.Tries, d => d.Tries + 1).SetProperty(d => d.DueAt, next).SetProperty(d => d.LastError, error),
                cancellationToken);
        return next;
    }
}
