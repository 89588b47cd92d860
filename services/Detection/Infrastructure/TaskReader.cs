using EmptyNumber.Contracts;
using EmptyNumber.Detection.Model;
using Microsoft.EntityFrameworkCore;

namespace EmptyNumber.Detection.Infrastructure;

/// <summary>What customers read.</summary>
internal sealed class TaskReader(DetectionDb db)
{
    private static readonly Func<DetectionDb, long, long, IAsyncEnumerable<Progress>> ProgressQuery = EF.CompileAsyncQuery(
        (DetectionDb db, long userId, long taskId) => db.Tasks
            .Where(task => task.Id == taskId && task.UserId == userId)
            .Select(task => new Progress(task.Finished, task.Total)));

    /// <summary>How far a task is; null when the user has no such task.</summary>
    public async Task<Progress?> ProgressAsync(long userId, long taskId, CancellationToken cancellationToken)
    {
        await foreach (var progress in ProgressQuery(db, userId, taskId).WithCancellation(cancellationToken))
            return progress;
        return null;
    }

    /// <summary>Whether the user has this task.</summary>
    public Task<bool> ExistsAsync(long userId, long taskId, CancellationToken cancellationToken) =>
        db.Tasks.AnyAsync(task => task.Id == taskId && task.UserId == userId, cancellationToken);

    /// <summary>A task's records by id, read as they are consumed.</summary>
    /// <param name="taskId">The task.</param>
    /// <param name="digits">Only numbers that contain these digits; all where null.</param>
    public IAsyncEnumerable<RecordRow> Records(long taskId, string? digits) => db.Records
        .Where(record => record.TaskId == taskId && (digits == null || record.Number.Contains(digits)))
        .OrderBy(record => record.Id)
        .Select(record => new RecordRow(record.Id, record.Number, record.State, record.Carrier, record.TaskId))
        .AsAsyncEnumerable();

    /// <summary>A user's tasks, oldest first, each with all its records; read as they are consumed.</summary>
    /// <param name="userId">The user.</param>
    /// <param name="digits">Only tasks with a number that contains these digits.</param>
    /// <param name="since">Only tasks submitted at this moment or later.</param>
    /// <param name="before">Only tasks submitted before this moment.</param>
    public IAsyncEnumerable<TaskRow> Tasks(long userId, string? digits, DateTimeOffset? since, DateTimeOffset? before)
    {
        var rows =
            from task in db.Tasks
            join record in db.Records on task.Id equals record.TaskId
            where task.UserId == userId
                && (since == null || task.CreatedAt >= since)
                && (before == null || task.CreatedAt < before)
                && (digits == null || db.Records.Any(match => match.TaskId == task.Id && match.Number.Contains(digits)))
            orderby task.Id, record.Id
            select new TaskRow(task.Id, task.IsBatch, task.CreatedAt, new RecordRow(record.Id, record.Number, record.State, record.Carrier, record.TaskId));
        return rows.AsAsyncEnumerable();
    }

    /// <summary>One record with its evidence; null when the user has no such record.</summary>
    public Task<NumberRecord?> RecordAsync(long userId, long recordId, CancellationToken cancellationToken) => db.Records.AsNoTracking()
        .Where(record => record.Id == recordId && db.Tasks.Any(task => task.Id == record.TaskId && task.UserId == userId))
        .SingleOrDefaultAsync(cancellationToken);
}

/// <summary>How far a task is.</summary>
/// <param name="Finished">Records in a final state.</param>
/// <param name="Total">All records.</param>
internal sealed record Progress(int Finished, int Total);

/// <summary>A record as lists show it.</summary>
internal sealed record RecordRow(long Id, string Number, NumberState State, Carrier Carrier, long TaskId);

/// <summary>A record, and the task that it belongs to; the rows of a task follow one another.</summary>
internal sealed record TaskRow(long TaskId, bool IsBatch, DateTimeOffset CreatedAt, RecordRow Record);
