using Npgsql;

namespace EmptyNumber.Listings.Infrastructure;

/// <summary>How often something changed that lists of houses show, or can be filtered by.</summary>
/// <remarks>Triggers count the changes, each in the transaction that it is part of: who sees a change sees its version.</remarks>
internal sealed class HouseVersions(NpgsqlDataSource source)
{
    private readonly Lock _lock = new();
    private Task<long> _running = Task.FromResult(0L);
    private Task<long>? _next;

    /// <summary>
    /// The present version. One query at a time: all who ask while it runs share the next one, so that an answer is never older than
    /// its question.
    /// </summary>
    public Task<long> ReadAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
            return (_next ??= ReadAfterAsync(_running)).WaitAsync(cancellationToken);
    }

    private async Task<long> ReadAfterAsync(Task running)
    {
        await running.ConfigureAwait(ConfigureAwaitOptions.ForceYielding | ConfigureAwaitOptions.SuppressThrowing);
        lock (_lock)
            (_running, _next) = (_next!, null);
        await using var connection = await source.OpenConnectionAsync();
        await using var command = new NpgsqlCommand("select version from house_versions", connection);
        await command.PrepareAsync();
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
