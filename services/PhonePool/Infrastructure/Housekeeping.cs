using EmptyNumber.PhonePool.Model;
using EmptyNumber.ServiceDefaults.Loops;
using Microsoft.Extensions.Options;
using Npgsql;

namespace EmptyNumber.PhonePool.Infrastructure;

/// <summary>Deletes codes and hand-outs that have expired. Every replica does; rows that another one has are passed over.</summary>
internal sealed class Housekeeping(
    NpgsqlDataSource source, IOptions<PhonePoolOptions> options, TimeProvider time, ILogger<Housekeeping> logger)
    : TimedLoop(options.Value.SweepInterval, time, logger)
{
    private const int AtOnce = 5000;

    protected override async Task WorkAsync(CancellationToken cancellationToken)
    {
        await SweepAsync("codes", cancellationToken);
        await SweepAsync("hand_outs", cancellationToken);
    }

    /// <summary>In pieces, so that nobody waits long for a row that is in one of them.</summary>
    private async Task SweepAsync(string table, CancellationToken cancellationToken)
    {
        int gone;
        do
        {
            await using var delete = source.CreateCommand(
                $"delete from {table} where ctid = any(array(select ctid from {table} where expires_at <= $1 limit {AtOnce} for update skip locked))");
            delete.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = Time.GetUtcNow() });
            gone = await delete.ExecuteNonQueryAsync(cancellationToken);
        }
        while (gone == AtOnce);
    }
}
