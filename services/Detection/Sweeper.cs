using EmptyNumber.Detection.Infrastructure;
using EmptyNumber.Detection.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace EmptyNumber.Detection;

/// <summary>Removes, every hour, what nobody can ask for any more: expired idempotency keys, webhooks long given up.</summary>
internal sealed partial class Sweeper(
    IServiceScopeFactory scopes, IOptions<DetectionOptions> detection, IOptions<WebhookOptions> webhooks, TimeProvider time, ILogger<Sweeper> logger)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            try
            {
                await SweepAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                Failed(logger, e);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<DetectionDb>();
        var keysBefore = time.GetUtcNow() - detection.Value.IdempotencyWindow;
        await db.IdempotencyKeys.Where(key => key.CreatedAt < keysBefore).ExecuteDeleteAsync(cancellationToken);
        var webhooksBefore = time.GetUtcNow() - webhooks.Value.KeepGivenUp;
        await db.WebhookDeliveries.Where(delivery => delivery.DueAt == null && delivery.CreatedAt < webhooksBefore).ExecuteDeleteAsync(cancellationToken);
    }

    [LoggerMessage(LogLevel.Warning, "What has expired could not be removed; trying again in an hour")]
    private static partial void Failed(ILogger logger, Exception exception);
}
