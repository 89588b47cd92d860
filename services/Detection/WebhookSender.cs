using EmptyNumber.Detection.Infrastructure;
using EmptyNumber.Detection.Model;
using Microsoft.Extensions.Options;

namespace EmptyNumber.Detection;

/// <summary>Tells customers' receivers that tasks have ended, again and again until they have taken it.</summary>
/// <remarks>
/// A delivery is leased by moving its due time, so no transaction is open while a receiver thinks. What a process leaves behind
/// when it dies is due again when the lease ends; one that dies between a receiver's 2xx and the deletion sends it twice.
/// Delivery is at least once: receivers tell a repetition by its <c>event_id</c>, which stays the same.
/// </remarks>
internal sealed partial class WebhookSender(
    IServiceScopeFactory scopes, WebhookClient client, WebhookSignal signal, IOptions<WebhookOptions> options, ILogger<WebhookSender> logger)
    : BackgroundService
{
    private static readonly TimeSpan SafetyNet = TimeSpan.FromSeconds(1);

    private readonly List<(long UserId, Task Try)> _underWay = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (!await BeginAsync(stoppingToken))
                    await signal.WaitAsync(SafetyNet, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception e)
            {
                Unclaimed(logger, e);
                await Task.Delay(SafetyNet, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        await Task.WhenAll(_underWay.Select(delivery => delivery.Try));
    }

    /// <summary>Begins to try what is due and has room.</summary>
    /// <returns>False when that is nothing.</returns>
    private async Task<bool> BeginAsync(CancellationToken stoppingToken)
    {
        _underWay.RemoveAll(delivery => delivery.Try.IsCompleted);
        var room = options.Value.Parallel - _underWay.Count;
        if (room == 0)
            return false;
        await using var scope = scopes.CreateAsyncScope();
        var claimed = await scope.ServiceProvider.GetRequiredService<WebhookQueue>()
            .ClaimAsync(room, [.. _underWay.Select(delivery => delivery.UserId)], stoppingToken);
        foreach (var delivery in claimed)
        {
            var attempt = TryAsync(delivery, stoppingToken);
            _underWay.Add((delivery.UserId, attempt));
            _ = attempt.ContinueWith(_ => signal.Wake(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }

        return claimed.Count > 0;
    }

    private async Task TryAsync(WebhookDelivery delivery, CancellationToken stoppingToken)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var queue = scope.ServiceProvider.GetRequiredService<WebhookQueue>();
            var secret = await scope.ServiceProvider.GetRequiredService<WebhookSecrets>().OfAsync(delivery.UserId, stoppingToken);
            if (await client.PostAsync(delivery, secret, stoppingToken) is not { } error)
                await queue.DoneAsync(delivery, CancellationToken.None);
            else if (await queue.FailedAsync(delivery, error, CancellationToken.None) is { } next)
                Failed(logger, delivery.TaskId, delivery.EventId, delivery.Tries + 1, error, next);
            else
                GivenUp(logger, delivery.TaskId, delivery.EventId, delivery.Tries + 1, error);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The lease ends, and whoever is there then tries again.
        }
        catch (Exception e)
        {
            Unrecorded(logger, delivery.EventId, e);
        }
    }

    [LoggerMessage(LogLevel.Information, "The end of task {TaskId} was not told (event {EventId}, try {Tries}): {Error}; trying again at {Next:u}")]
    private static partial void Failed(ILogger logger, long taskId, Guid eventId, int tries, string error, DateTimeOffset next);

    [LoggerMessage(LogLevel.Warning, "The end of task {TaskId} was not told (event {EventId}): given up after {Tries} tries, the last: {Error}")]
    private static partial void GivenUp(ILogger logger, long taskId, Guid eventId, int tries, string error);

    [LoggerMessage(LogLevel.Warning, "What became of webhook event {EventId} could not be recorded; it will be sent again")]
    private static partial void Unrecorded(ILogger logger, Guid eventId, Exception exception);

    [LoggerMessage(LogLevel.Warning, "Due webhooks could not be read; trying again")]
    private static partial void Unclaimed(ILogger logger, Exception exception);
}
