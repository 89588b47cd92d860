using EmptyNumber.Detection.Model;
using EmptyNumber.ServiceDefaults.Loops;
using Microsoft.EntityFrameworkCore;

namespace EmptyNumber.Detection.Infrastructure;

/// <summary>How far a task is.</summary>
/// <param name="TaskId">The task.</param>
/// <param name="Finished">Records in a final state.</param>
/// <param name="Total">All records.</param>
/// <param name="States">How many are in each final state, in the order of <see cref="StateCounts.Slots"/>.</param>
internal sealed record TaskProgress(long TaskId, int Finished, int Total, int[] States);

/// <summary>Watches tasks for whoever follows them: one query a second for the whole process, however many follow.</summary>
internal sealed class TaskWatches(IServiceScopeFactory scopes, TimeProvider time, ILogger<TaskWatches> logger) : TimedLoop(Interval, time, logger)
{
    /// <summary>How often is looked.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<long, TaskWatch> _watches = [];

    /// <summary>How far a task is now; null when the user has no such task.</summary>
    public async Task<TaskProgress?> ReadAsync(long userId, long taskId, CancellationToken cancellationToken) =>
        (await ReadAsync(tasks => tasks.Where(task => task.Id == taskId && task.UserId == userId), cancellationToken)).SingleOrDefault();

    /// <summary>Begins to follow a task, from what was read of it. Whoever joins leaves.</summary>
    public TaskWatch Join(TaskProgress progress)
    {
        lock (_lock)
        {
            if (!_watches.TryGetValue(progress.TaskId, out var watch))
                _watches.Add(progress.TaskId, watch = new TaskWatch(progress));
            else
                watch.Advance(progress);
            watch.Followers++;
            return watch;
        }
    }

    /// <summary>Ends following.</summary>
    public void Leave(TaskWatch watch)
    {
        lock (_lock)
        {
            if (--watch.Followers == 0)
                _watches.Remove(watch.TaskId);
        }
    }

    protected override async Task WorkAsync(CancellationToken cancellationToken)
    {
        Dictionary<long, TaskWatch> watches;
        lock (_lock)
            watches = new(_watches);
        if (watches.Count == 0)
            return;
        long[] ids = [.. watches.Keys];
        foreach (var progress in await ReadAsync(tasks => tasks.Where(task => ids.Contains(task.Id)), cancellationToken))
        {
            watches.Remove(progress.TaskId, out var watch);
            lock (_lock)
                watch!.Advance(progress);
        }

        foreach (var deleted in watches.Values)
        {
            lock (_lock)
                deleted.End();
        }
    }

    private async Task<List<TaskProgress>> ReadAsync(Func<IQueryable<DetectionTask>, IQueryable<DetectionTask>> which, CancellationToken cancellationToken)
    {
        // A scope for the query alone: who follows a task for an hour must not hold a database context for so long.
        await using var scope = scopes.CreateAsyncScope();
        return await which(scope.ServiceProvider.GetRequiredService<DetectionDb>().Tasks)
            .Select(task => new TaskProgress(task.Id, task.Finished, task.Total, task.States))
            .ToListAsync(cancellationToken);
    }
}

/// <summary>A task that is followed. Changed by <see cref="TaskWatches"/> alone.</summary>
internal sealed class TaskWatch(TaskProgress progress)
{
    private volatile Sight _latest = new(progress);

    public long TaskId { get; } = progress.TaskId;

    /// <summary>What was seen last.</summary>
    public Sight Latest => _latest;

    /// <summary>How many follow it.</summary>
    public int Followers { get; set; }

    /// <summary>It is so far now; what is older than the latest is passed over.</summary>
    public void Advance(TaskProgress progress)
    {
        if (progress.Finished > _latest.Progress?.Finished)
            Show(progress);
    }

    /// <summary>It is gone.</summary>
    public void End()
    {
        if (_latest.Progress is not null)
            Show(null);
    }

    private void Show(TaskProgress? next)
    {
        var before = _latest;
        _latest = new Sight(next);
        before.Pass();
    }
}

/// <summary>What was seen of a task at one moment.</summary>
/// <param name="progress">How far it was; null when it was gone.</param>
internal sealed class Sight(TaskProgress? progress)
{
    private readonly TaskCompletionSource _passed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TaskProgress? Progress { get; } = progress;

    /// <summary>Ends when there is something newer.</summary>
    public Task Passed => _passed.Task;

    public void Pass() => _passed.SetResult();
}
