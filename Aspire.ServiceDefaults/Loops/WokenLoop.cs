using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EmptyNumber.ServiceDefaults.Loops;

/// <summary>A background loop that works while there is work, then waits to be woken, and looks by itself every second.</summary>
public abstract partial class WokenLoop(WakeSignal signal, ILogger logger) : BackgroundService
{
    private static readonly TimeSpan SafetyNet = TimeSpan.FromSeconds(1);

    /// <summary>Does a piece of the work. An exception is logged, and the piece tried again a second later.</summary>
    /// <returns>Whether there may be more at once.</returns>
    protected abstract Task<bool> WorkAsync(CancellationToken cancellationToken);

    /// <inheritdoc />
    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (!await WorkAsync(stoppingToken))
                    await signal.WaitAsync(SafetyNet, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                Failed(logger, GetType().Name, e);
                await Task.Delay(SafetyNet, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "{Loop} failed; trying again")]
    private static partial void Failed(ILogger logger, string loop, Exception exception);
}
