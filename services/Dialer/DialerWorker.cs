using EmptyNumber.Dialer.Calls;
using EmptyNumber.Dialer.Infrastructure;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace EmptyNumber.Dialer;

/// <summary>Notifies the coordinator, serves, and notifies again whenever that client is lost.</summary>
internal sealed partial class DialerWorker(
    IOptions<DialerOptions> options, CoordinatorClient coordinator, ICarrier carrier, TimeProvider time, ILogger<DialerWorker> logger)
    : BackgroundService
{
    /// <summary>A client that lived longer than this was not refused, it was lost by accident.</summary>
    private static readonly TimeSpan GoodLife = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var pause = new Backoff(TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(30));
        while (true)
        {
            var started = time.GetTimestamp();
            try
            {
                var clientId = await coordinator.NotifyAsync(options.Value.Name, stoppingToken);
                LogNotified(options.Value.Name, options.Value.Gateway!);
                await new Session(clientId, options.Value, coordinator, carrier, time, logger).RunAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (CoordinatorException e)
            {
                LogLost(options.Value.Gateway!, e.Message);
            }
            catch (Exception e)
            {
                LogFailed(e);
            }

            if (time.GetElapsedTime(started) > GoodLife)
                pause.Reset();
            await Task.Delay(pause.Next(), time, stoppingToken);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Name} is known to {Gateway}")]
    private partial void LogNotified(string name, Uri gateway);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Not known to {Gateway}, notifying again: {Reason}")]
    private partial void LogLost(Uri gateway, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "The dialer stumbled and starts anew")]
    private partial void LogFailed(Exception exception);
}
