using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EmptyNumber.ServiceDefaults.Loops;

/// <summary>A background loop that works at the start of the process and then once a period. Every replica has its own.</summary>
public abstract partial class TimedLoop(TimeSpan period, TimeProvider time, ILogger logger) : BackgroundService
{
    /// <summary>The clock that the periods are of.</summary>
    protected TimeProvider Time => time;

    /// <summary>Does the work of one period. An exception is logged, and the work tried again with the next period.</summary>
    protected abstract Task WorkAsync(CancellationToken cancellationToken);

    /// <inheritdoc />
    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(period, time);
        do
        {
            try
            {
                await WorkAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                Failed(logger, GetType().Name, period, e);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(LogLevel.Warning, "{Loop} failed; trying again in {Period}")]
    private static partial void Failed(ILogger logger, string loop, TimeSpan period, Exception exception);
}
