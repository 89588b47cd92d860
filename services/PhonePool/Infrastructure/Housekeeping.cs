using EmptyNumber.PhonePool.Model;
using Microsoft.Extensions.Options;
using Npgsql;

namespace EmptyNumber.PhonePool.Infrastructure;

/// <summary>Deletes codes and hand-outs that have expired. Every replica does; rows that another one has are passed over.</summary>
internal sealed partial class Housekeeping(
    NpgsqlDataSource source, IOptions<PhonePoolOptions> options, TimeProvider time, ILogger<Housekeeping> logger) : BackgroundService
{
    private const int AtOnce = 5000;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.SweepInterval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await SweepAsync("codes", stoppingToken);
                await SweepAsync("hand_outs", stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                Failed(logger, e);
            }
        }
    }

    /// <summary>In pieces, so that nobody waits long for a row that is in one of them.</summary>
    private async Task SweepAsync(string table, CancellationToken cancellationToken)
    {
        int gone;
        do
        {
            await using var delete = source.CreateCommand(
                $"delete from {table} where ctid = any(array(select ctid from {table} where expires_at <= $1 limit {AtOnce} for update skip locked))");
            delete.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = time.GetUtcNow() });
            gone = await delete.ExecuteNonQueryAsync(cancellationToken);
        }
        while (gone == AtOnce);
    }

    [LoggerMessage(LogLevel.Warning, "Expired rows could not be deleted; trying again later")]
    private static partial void Failed(ILogger logger, Exception exception);
}
