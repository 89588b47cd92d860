using EmptyNumber.DialerCoordinator.Infrastructure;
using EmptyNumber.ServiceDefaults.Loops;
using EmptyNumber.ServiceDefaults.Recordings;
using Microsoft.Extensions.Options;
using Npgsql;

namespace EmptyNumber.DialerCoordinator;

/// <summary>Removes recordings that are not kept any longer, now and then; one replica at a time.</summary>
internal sealed partial class RecordingSweeper(
    RecordingRetention retention, NpgsqlDataSource database, FleetMetrics metrics, IOptions<RecordingOptions> options, TimeProvider time,
    ILogger<RecordingSweeper> logger)
    : TimedLoop(options.Value.SweepInterval, time, logger)
{
    protected override Task WorkAsync(CancellationToken cancellationToken) => options.Value.Sweep ? SweepAloneAsync(cancellationToken) : Task.CompletedTask;

    /// <summary>The connection holds the lock: whoever dies gives it back, and two who sweep after a broken connection do no harm.</summary>
    private async Task SweepAloneAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        if (!await AskAsync(connection, "select pg_try_advisory_lock(hashtext('recordings'), 0)", cancellationToken))
            return;
        try
        {
            var swept = await retention.SweepAsync(cancellationToken);
            metrics.RecordingsSwept(swept);
            if (swept.Removed > 0)
                Swept(logger, swept.Removed, swept.Kept, swept.KeptBytes);
        }
        finally
        {
            await AskAsync(connection, "select pg_advisory_unlock(hashtext('recordings'), 0)", CancellationToken.None);
        }
    }

    private static async Task<bool> AskAsync(NpgsqlConnection connection, string question, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(question, connection);
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    [LoggerMessage(LogLevel.Information, "{Removed} recordings are not kept any longer; {Kept} are, of {Bytes} bytes")]
    private static partial void Swept(ILogger logger, int removed, long kept, long bytes);
}
