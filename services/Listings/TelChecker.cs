using EmptyNumber.Listings.Infrastructure;
using EmptyNumber.Listings.Model;
using EmptyNumber.ServiceDefaults.Loops;
using Microsoft.EntityFrameworkCore;

namespace EmptyNumber.Listings;

/// <summary>There is a telephone to check.</summary>
internal sealed class TelSignal : WakeSignal;

/// <summary>Has the telephones of agents checked by number detection. Nobody waits for it, and nothing else needs Detection.</summary>
internal sealed partial class TelChecker(TelSignal signal, IServiceScopeFactory scopes, DetectionClient detection, TimeProvider time, ILogger<TelChecker> logger)
    : WokenLoop(signal, logger)
{
    private const int LongestPauseSeconds = 60;

    protected override async Task<bool> WorkAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<ListingsDb>();
        if (await ClaimAsync(db, cancellationToken) is not { } check)
            return false;
        try
        {
            await WorkOnAsync(db, check, cancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException or Polly.ExecutionRejectedException)
        {
            Away(logger, e.Message);
        }

        return true;
    }

    /// <summary>
    /// Takes the one that has been due longest. It is due again after a pause, whatever becomes of this attempt: two replicas that
    /// worked on it at once would do no harm.
    /// </summary>
    private async Task<TelCheck?> ClaimAsync(ListingsDb db, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var claimed = await db.TelChecks.FromSql($"""
            update tel_checks set asked = asked + 1, due_at = {now} + least(power(2, least(asked, 30)), {LongestPauseSeconds}) * interval '1 second'
            where agent_id = (select agent_id from tel_checks where due_at <= {now} order by due_at limit 1 for update skip locked)
            returning *
            """).AsNoTracking().ToListAsync(cancellationToken);
        return claimed.SingleOrDefault();
    }

    private async Task WorkOnAsync(ListingsDb db, TelCheck check, CancellationToken cancellationToken)
    {
        // A telephone that was changed meanwhile has a check with another key.
        var row = db.TelChecks.Where(other => other.AgentId == check.AgentId && other.Key == check.Key);
        if (check.TaskId is not { } task)
        {
            var ordered = await detection.SubmitAsync(check.Tel, check.Key, cancellationToken);
            await row.ExecuteUpdateAsync(
                set => set.SetProperty(other => other.TaskId, ordered).SetProperty(other => other.DueAt, other => ordered == null ? null : other.DueAt), cancellationToken);
            return;
        }

        var state = await detection.StateAsync(task, cancellationToken);
        if (state != 0)
            await row.ExecuteUpdateAsync(set => set.SetProperty(other => other.State, state).SetProperty(other => other.DueAt, (DateTimeOffset?)null), cancellationToken);
    }

    [LoggerMessage(LogLevel.Warning, "Telephones of agents cannot be checked now, and will be later: {Reason}")]
    private static partial void Away(ILogger logger, string reason);
}
