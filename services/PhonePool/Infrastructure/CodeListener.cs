using System.Diagnostics;
using Npgsql;

namespace EmptyNumber.PhonePool.Infrastructure;

/// <summary>Wakes the requests of this process when any replica has stored codes: one connection listens for all of them.</summary>
/// <remarks>A notification may be lost, with the connection or with the replica that owed it; so there is a look once a second while somebody waits.</remarks>
internal sealed partial class CodeListener(
    NpgsqlDataSource source, CodeStore codes, CodeWaits waits, ILogger<CodeListener> logger) : BackgroundService
{
    private static readonly TimeSpan SafetyNet = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ListenAsync(stoppingToken);
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

    private async Task ListenAsync(CancellationToken cancellationToken)
    {
        // Given back after a failure it still listens; then nobody hears.
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        connection.Notification += (_, arrived) => waits.Wake(arrived.Payload);
        await using var listen = new NpgsqlCommand($"listen {CodeSql.Channel}", connection);
        await listen.ExecuteNonQueryAsync(cancellationToken);
        while (true)
        {
            if (waits.Apps is { Length: > 0 } apps)
                foreach (var app in await codes.AwaitingAsync(apps, cancellationToken))
                    waits.Wake(app);
            var looked = Stopwatch.GetTimestamp();
            do
                await connection.WaitAsync(SafetyNet, cancellationToken);
            while (Stopwatch.GetElapsedTime(looked) < SafetyNet);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Cannot hear of codes that arrive; trying again")]
    private static partial void Failed(ILogger logger, Exception exception);
}
