using EmptyNumber.Contracts;
using EmptyNumber.Detection.Model;
using Microsoft.EntityFrameworkCore;

namespace EmptyNumber.Detection.Infrastructure;

/// <summary>What customers read.</summary>
/// <remarks>
/// Long lists are read in pages, each by a query of its own: who reads slowly holds neither a connection nor a snapshot, and
/// sees of what changes meanwhile the later state.
/// </remarks>
internal sealed class TaskReader(DetectionDb db)
{
    private const int PageSize = 2000;

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
        return PagesAsync(
            after => Rows(records.Where(record => record.Id > after).OrderBy(record => record.Id)), row => row.Id, filter.After, filter.Limit);
    }

    /// <summary>The lines of a task's file that are no numbers, in order.</summary>
    public IAsyncEnumerable<RejectedLine> Rejected(long taskId)
    {
        var lines = db.RejectedLines.AsNoTracking().Where(line => line.TaskId == taskId);
        return PagesAsync(after => lines.Where(line => line.Line > after).OrderBy(line => line.Line), line => line.Line);
    }

    /// <summary>A user's tasks, oldest first, each with all its records; read as they are consumed.</summary>
    /// <param name="userId">The user.</param>
    /// <param name="filter">Which of them.</param>
    public async IAsyncEnumerable<TaskRow> Tasks(long userId, TaskFilter filter)
    {
        var tasks = db.Tasks.AsNoTracking().Where(task => task.UserId == userId);
        if (filter.Since is { } since)
            tasks = tasks.Where(task => task.CreatedAt >= since);
        if (filter.Before is { } before)
            tasks = tasks.Where(task => task.CreatedAt < before);
        if (filter.Digits is { } digits)
            tasks = tasks.Where(task => db.Records.Any(match => match.TaskId == task.Id && match.Number.Contains(digits)));
        var found = PagesAsync(
            after => tasks.Where(task => task.Id > after).OrderBy(task => task.Id), task => task.Id, filter.After, filter.Limit);
        await foreach (var group in GroupsAsync(found))
        {
            var byId = group.ToDictionary(task => task.Id);
            var records = group is [{ Total: > PageSize } large] ? Records(large.Id, RecordFilter.All) : RecordsOf([.. byId.Keys]);
            await foreach (var record in records)
                yield return new TaskRow(record.TaskId, byId[record.TaskId].IsBatch, byId[record.TaskId].CreatedAt, record);
        }
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

    /// <summary>Reads page after page.</summary>
    /// <param name="page">What follows a key, in the order of the keys.</param>
    /// <param name="key">The key of a row.</param>
    /// <param name="after">The key after which to begin.</param>
    /// <param name="limit">How many rows at most.</param>
    private static async IAsyncEnumerable<T> PagesAsync<T>(Func<long, IQueryable<T>> page, Func<T, long> key, long? after = null, int? limit = null)
    {
        var last = after ?? 0;
        var left = limit ?? int.MaxValue;
        while (left > 0)
        {
            var size = Math.Min(left, PageSize);
            var rows = await page(last).Take(size).ToListAsync();
            foreach (var row in rows)
                yield return row;
            if (rows.Count < size)
                yield break;
            last = key(rows[^1]);
            left -= size;
        }
    }

    /// <summary>Tasks that follow one another and have few records, as many as fit a page; a larger one by itself.</summary>
    private static async IAsyncEnumerable<List<DetectionTask>> GroupsAsync(IAsyncEnumerable<DetectionTask> tasks)
    {
        List<DetectionTask> group = [];
        var records = 0L;
        await foreach (var task in tasks)
        {
            if (group.Count > 0 && records + task.Total > PageSize)
            {
                yield return group;
                group = [];
                records = 0;
            }

            group.Add(task);
            records += task.Total;
        }

        if (group.Count > 0)
            yield return group;
    }

    /// <summary>The records of tasks that together fill a page at most.</summary>
    private async IAsyncEnumerable<RecordRow> RecordsOf(long[] tasks)
    {
        foreach (var row in await Rows(db.Records.Where(record => tasks.Contains(record.TaskId)).OrderBy(record => record.TaskId).ThenBy(record => record.Id)).ToListAsync())
            yield return row;
    }

    private static IQueryable<RecordRow> Rows(IQueryable<NumberRecord> records) =>
        records.Select(record => new RecordRow(record.Id, record.Number, record.State, record.Carrier, record.TaskId));
}

/// <summary>Which records of a task.</summary>
/// <param name="Digits">Those whose number contains these.</param>
/// <param name="State">Those in this state.</param>
/// <param name="After">Those with a greater id.</param>
/// <param name="Limit">So many at most.</param>
internal sealed record RecordFilter(string? Digits, NumberState? State, long? After, int? Limit)
{
    /// <summary>All of them.</summary>
    public static RecordFilter All { get; } = new(null, null, null, null);
}

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
