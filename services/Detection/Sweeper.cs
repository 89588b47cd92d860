using EmptyNumber.Detection.Infrastructure;
using EmptyNumber.Detection.Model;
using EmptyNumber.ServiceDefaults.Loops;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace EmptyNumber.Detection;

/// <summary>Removes, every hour, what nobody can ask for any more: expired idempotency keys, webhooks long given up.</summary>
internal sealed class Sweeper(
    IServiceScopeFactory scopes, IOptions<DetectionOptions> detection, IOptions<WebhookOptions> webhooks, TimeProvider time, ILogger<Sweeper> logger)
    : TimedLoop(Period, time, logger)
{
    private static readonly TimeSpan Period = TimeSpan.FromHours(1);

    protected override async Task WorkAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<DetectionDb>();
        var keysBefore = Time.GetUtcNow() - detection.Value.IdempotencyWindow;
        await db.IdempotencyKeys.Where(key => key.CreatedAt < keysBefore).ExecuteDeleteAsync(cancellationToken);
        var webhooksBefore = Time.GetUtcNow() - webhooks.Value.KeepGivenUp;
        await db.WebhookDeliveries.Where(delivery => delivery.DueAt == null && delivery.CreatedAt < webhooksBefore).ExecuteDeleteAsync(cancellationToken);
    }
}
