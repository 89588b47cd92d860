using EmptyNumber.Contracts;
using EmptyNumber.Detection.Model;
using Microsoft.EntityFrameworkCore;

namespace EmptyNumber.Detection.Infrastructure;

/// <summary>What customers read.</summary>
internal sealed class TaskReader(DetectionDb db)
{
    /// <summary>Whether the user has this task.</summary>
    public Task<bool> ExistsAsync(long userId, long taskId, CancellationToken cancellationToken) =>
        db.Tasks.AnyAsync(task => task.Id == taskId && task.UserId == userId, cancellationToken);

    /// <summary>A task's records by id, read as they are consumed.</summary>
    /// <param name="taskId">The task.</param>
    /// <param name="filter">Which of them.</param>
    public IAsyncEnumerable<RecordRow> Records(long taskId, RecordFilter filter)
    {
        var records = db.Records.Where(record => record.TaskId == taskId);
        if (filter.Digits is { } digits)
            records = records.Where(record => record.Number.Contains(digits));
        if (filter.State is { } state)
            records = records.Where(record => record.State == state);
        if (filter.After is { } after)
            records = records.Where(record => record.Id > after);
        records = records.OrderBy(record => record.Id);
        if (filter.Limit is { } limit)
            records = records.Take(limit);
        return records
            .Select(record => new RecordRow(record.Id, record.Number, record.State, record.Carrier, record.TaskId))
            .AsAsyncEnumerable();
    }

    /// <summary>The lines of a task's file that are no numbers, in order.</summary>
    public IAsyncEnumerable<RejectedLine> Rejected(long taskId) => db.RejectedLines.AsNoTracking()
        .Where(line => line.TaskId == taskId).OrderBy(line => line.Line).AsAsyncEnumerable();

    /// <summary>A user's tasks, oldest first, each with all its records; read as they are consumed.</summary>
    /// <param name="userId">The user.</param>
    /// <param name="filter">Which of them.</param>
    public IAsyncEnumerable<TaskRow> Tasks(long userId, TaskFilter filter)
    {
        var tasks = db.Tasks.Where(task => task.UserId == userId);
        if (filter.Since is { } since)
            tasks = tasks.Where(task => task.CreatedAt >= since);
        if (filter.Before is { } before)
            tasks = tasks.Where(task => task.CreatedAt < before);
        if (filter.Digits is { } digits)
            tasks = tasks.Where(task => db.Records.Any(match => match.TaskId == task.Id && match.Number.Contains(digits)));
        if (filter.After is { } after)
            tasks = tasks.Where(task => task.Id > after);
        tasks = tasks.OrderBy(task => task.Id);
        if (filter.Limit is { } limit)
            tasks = tasks.Take(limit);
        var rows =
            from task in tasks
            join record in db.Records on task.Id equals record.TaskId
            orderby task.Id, record.Id
            select new TaskRow(task.Id, task.IsBatch, task.CreatedAt, new RecordRow(record.Id, record.Number, record.State, record.Carrier, record.TaskId));
        return rows.AsAsyncEnumerable();
    }

    /// <summary>What a user had, day by day.</summary>
    public Task<List<UsageDay>> UsageAsync(long userId, DateOnly? first, DateOnly? last, CancellationToken cancellationToken) => db.UsageDays.AsNoTracking()
        .Where(day => day.UserId == userId && (first == null || day.Day >= first) && (last == null || day.Day <= last))
        .OrderBy(day => day.Day).ToListAsync(cancellationToken);

    /// <summary>The youngest verdict of each number, as far as there is one not older than a moment.</summary>
    /// <param name="numbers">In their national form.</param>
    /// <param name="notBefore">The moment, UTC.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<Dictionary<string, KnownVerdict>> VerdictsAsync(string[] numbers, DateTimeOffset notBefore, CancellationToken cancellationToken) =>
        (await db.Records.FromSql(
            $"""
            select latest.* from unnest({numbers}) as asked (number) cross join lateral (
                select * from records
                where records.number = asked.number and state not in (0, 99) and decided_at >= {notBefore}
                order by decided_at desc limit 1
            ) as latest
            """).AsNoTracking().ToListAsync(cancellationToken))
        .ToDictionary(record => record.Number, record => new KnownVerdict(
            record.State, record.EmbeddedState, record.Confidence ?? 0, record.Reason, record.DecidedAt!.Value, record.Attempts ?? "[]"));

    /// <summary>One record with its evidence; null when the user has no such record.</summary>
    public Task<NumberRecord?> RecordAsync(long userId, long recordId, CancellationToken cancellationToken) => db.Records.AsNoTracking()
        .Where(record => record.Id == recordId && db.Tasks.Any(task => task.Id == record.TaskId && task.UserId == userId))
        .SingleOrDefaultAsync(cancellationToken);
}

/// <summary>Which records of a task.</summary>
/// <param name="Digits">Those whose number contains these.</param>
/// <param name="State">Those in this state.</param>
/// <param name="After">Those with a greater id.</param>
/// <param name="Limit">So many at most.</param>
internal sealed record RecordFilter(string? Digits, NumberState? State, long? After, int? Limit);

/// <summary>Which tasks of a user.</summary>
/// <param name="Digits">Those with a number that contains these.</param>
/// <param name="Since">Those submitted at this moment or later.</param>
/// <param name="Before">Those submitted before this moment.</param>
/// <param name="After">Those with a greater id.</param>
/// <param name="Limit">So many at most.</param>
internal sealed record TaskFilter(string? Digits, DateTimeOffset? Since, DateTimeOffset? Before, long? After, int? Limit);

/// <summary>How far a task is.</summary>
/// <param name="Finished">Records in a final state.</param>
/// <param name="Total">All records.</param>
internal sealed record Progress(int Finished, int Total);

/// <summary>An earlier verdict about a number.</summary>
internal sealed record KnownVerdict(
    NumberState State, NumberState? EmbeddedState, double Confidence, string? Reason, DateTimeOffset DecidedAt, string Attempts)
{
    /// <summary>The same for another record of that number.</summary>
    public Resolution For(long recordId) => new(recordId, State, EmbeddedState, Confidence, Reason, DecidedAt, Attempts);
}

/// <summary>A record as lists show it.</summary>
internal sealed record RecordRow(long Id, string Number, NumberState State, Carrier Carrier, long TaskId);

/// <summary>A record, and the task that it belongs to; the rows of a task follow one another.</summary>
internal sealed record TaskRow(long TaskId, bool IsBatch, DateTimeOffset CreatedAt, RecordRow Record);
