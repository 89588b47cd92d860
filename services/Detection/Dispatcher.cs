using System.Diagnostics;
using EmptyNumber.Contracts;
using EmptyNumber.Detection.Infrastructure;
using EmptyNumber.Detection.Model;
using EmptyNumber.ServiceDefaults.Loops;
using EmptyNumber.ServiceDefaults.Messaging;
using EmptyNumber.ServiceDefaults.Telemetry;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace EmptyNumber.Detection;

/// <summary>Hands the numbers of tasks over to be dialled, a thousand at a time, after settling what an earlier verdict settles.</summary>
/// <remarks>
/// A dispatch is an outbox by reference: it stands in the transaction that stored the records, names them by task, and moves on
/// once the broker has confirmed a part. A dispatcher that dies in between sends the same part again, which its key
/// (task, part) makes harmless. The task with the fewest parts sent is served first, so a small one never waits for a large one.
/// </remarks>
internal sealed class Dispatcher(
    IServiceScopeFactory scopes, IBus bus, DispatchSignal signal, TimeProvider time, ILogger<Dispatcher> logger)
    : WokenLoop(signal, logger)
{
    private const int NumbersPerMessage = 1000;

    private static readonly ActivitySource Source = new(TelemetryExtensions.Prefix + "Dispatcher");
    private static readonly TimeSpan PublishLimit = TimeSpan.FromSeconds(30);

    /// <summary>Sends one part of one task.</summary>
    /// <returns>False when no task waits.</returns>
    protected override async Task<bool> WorkAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<DetectionDb>();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var dispatch = (await db.Dispatches.FromSql($"select * from dispatches order by part, task_id limit 1 for update skip locked")
            .ToListAsync(cancellationToken)).SingleOrDefault();
        if (dispatch is null)
            return false;

        Activity.Current = null;
        using var activity = dispatch.TraceParent is null ? null : Source.StartActivity("dispatch", ActivityKind.Internal, dispatch.TraceParent);
        var records = await db.Records.AsNoTracking()
            .Where(record => record.TaskId == dispatch.TaskId && record.Id > dispatch.AfterRecordId)
            .OrderBy(record => record.Id).Take(NumbersPerMessage)
            .Select(record => new { record.Id, record.Number, record.State })
            .ToListAsync(cancellationToken);
        if (records.Count == 0)
        {
            db.Dispatches.Remove(dispatch);
        }
        else
        {
            QueuedNumber[] open = [.. records.Where(record => record.State == NumberState.Pending).Select(record => new QueuedNumber(record.Id, record.Number))];
            var toDial = dispatch.MaxAge > TimeSpan.Zero ? await ReuseAsync(dispatch, open, cancellationToken) : open;
            await PublishAsync(dispatch, toDial, cancellationToken);
            dispatch.AfterRecordId = records[^1].Id;
            dispatch.Part++;
            if (records.Count < NumbersPerMessage)
                db.Dispatches.Remove(dispatch);
        }

        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    /// <summary>Settles the records whose number has a verdict that is young enough. In a transaction of its own: what it settles stays so.</summary>
    /// <returns>The rest.</returns>
    private async Task<QueuedNumber[]> ReuseAsync(Dispatch dispatch, QueuedNumber[] open, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var reader = scope.ServiceProvider.GetRequiredService<TaskReader>();
        var verdicts = await reader.VerdictsAsync([.. open.Select(record => record.Number).Distinct()], time.GetUtcNow() - dispatch.MaxAge, cancellationToken);
        if (verdicts.Count == 0)
            return open;
        var known = open.ToLookup(record => verdicts.ContainsKey(record.Number));
        await scope.ServiceProvider.GetRequiredService<RecordResolver>().ResolveAsync(
            [.. known[true].Select(record => verdicts[record.Number].For(record.RecordId))], reused: true, cancellationToken);
        return [.. known[false]];
    }

    private async Task PublishAsync(Dispatch dispatch, QueuedNumber[] numbers, CancellationToken cancellationToken)
    {
        if (numbers.Length == 0)
            return;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(PublishLimit);
        await bus.PublishRoutedAsync(new NumbersQueued(dispatch.TaskId, dispatch.Part, dispatch.Priority, numbers), typeof(NumbersQueued), limit.Token);
    }
}
