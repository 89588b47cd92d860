using System.Security.Cryptography;
using EmptyNumber.Contracts;
using EmptyNumber.Detection.Model;
using EmptyNumber.ServiceDefaults.Telemetry;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;

namespace EmptyNumber.Detection.Infrastructure;

/// <summary>What a customer wants done with the numbers of a task.</summary>
/// <param name="UserId">Whose it is.</param>
/// <param name="UserName">The user's name, by which limits are looked up.</param>
/// <param name="Priority">How soon they are dialled.</param>
/// <param name="MaxAge">Verdicts not older than this are reused; zero: none are.</param>
/// <param name="CallbackUrl">Where the task's end is told, null for nowhere.</param>
internal sealed record Order(long UserId, string UserName, Priority Priority, TimeSpan MaxAge, string? CallbackUrl);

/// <summary>Takes tasks in and out: a task, its records and its dispatch stand in one transaction.</summary>
internal sealed class TaskIntake(DetectionDb db, DispatchSignal signal, IOptions<DetectionOptions> options, TimeProvider time)
{
    /// <summary>Stores a task of numbers in their national form; each one a record, repeats included.</summary>
    /// <exception cref="LimitExceededException">The user may not have so many; nothing is stored.</exception>
    public async Task<DetectionTask> SubmitAsync(Order order, IReadOnlyList<string> numbers, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var task = await StoreAsync(order, numbers, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        signal.Wake();
        return task;
    }

    /// <summary>
    /// As <see cref="SubmitAsync"/>, but once: the same key and body give the first response again, also when both arrive at once.
    /// </summary>
    /// <param name="order">What is wanted.</param>
    /// <param name="key">The key, of this user.</param>
    /// <param name="body">The request's body.</param>
    /// <param name="numbers">In their national form.</param>
    /// <param name="respond">Makes the response of a new task.</param>
    /// <param name="cancellationToken">Ends it; nothing is stored then.</param>
    /// <returns>The response; null when the key came with another body.</returns>
    public async Task<string?> SubmitOnceAsync(
        Order order, string key, ReadOnlyMemory<byte> body, IReadOnlyList<string> numbers, Func<DetectionTask, string> respond, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var now = Now();
        var hash = SHA256.HashData(body.Span);
        await db.IdempotencyKeys
            .Where(earlier => earlier.UserId == order.UserId && earlier.Key == key && earlier.CreatedAt < now - options.Value.IdempotencyWindow)
            .ExecuteDeleteAsync(cancellationToken);

        // Whoever comes second waits here until the first has committed, and then inserts nothing.
        var isFirst = await db.Database.ExecuteSqlAsync(
            $"insert into idempotency_keys (user_id, key, body_hash, created_at) values ({order.UserId}, {key}, {hash}, {now}) on conflict do nothing",
            cancellationToken);
        var entry = await db.IdempotencyKeys.SingleAsync(known => known.UserId == order.UserId && known.Key == key, cancellationToken);
        if (isFirst == 0)
            return CryptographicOperations.FixedTimeEquals(entry.BodyHash, hash) ? entry.Response : null;

        entry.Response = respond(await StoreAsync(order, numbers, cancellationToken));
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        signal.Wake();
        return entry.Response;
    }

    /// <summary>Stores a task of the numbers of a file, while it is read.</summary>
    /// <returns>The task; null when there is no number in the file, and nothing is stored then.</returns>
    /// <exception cref="LimitExceededException">The user may not have so many; nothing is stored.</exception>
    /// <exception cref="InvalidDataException">The file has more lines than allowed; nothing is stored.</exception>
    public async Task<DetectionTask?> SubmitFileAsync(Order order, Stream file, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var task = await BeginAsync(order, cancellationToken);
        await using var rejects = new RejectSpool();
        await using (var copy = await RecordCopy.BeginAsync(Connection, task.Id, cancellationToken))
        {
            await foreach (var line in NumberFile.ReadAsync(file, options.Value.MaxLinesPerFile, cancellationToken))
            {
                if (line.Number is { } number)
                    await copy.AddAsync(number, cancellationToken);
                else
                    rejects.Add(task.Id, line);
            }

            await copy.CompleteAsync(cancellationToken);
            task.Total = copy.Count;
        }

        if (task.Total == 0)
            return null;
        task.Rejected = rejects.Count;
        await rejects.CopyAsync(Connection, cancellationToken);
        await EndAsync(order, task, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        signal.Wake();
        return task;
    }

    /// <summary>Deletes a task with its records; what is not dialled yet is not dialled for it any more.</summary>
    /// <returns>False when the user has no such task.</returns>
    public async Task<bool> DeleteAsync(long userId, long taskId, CancellationToken cancellationToken)
    {
        if (!await db.Tasks.AnyAsync(task => task.Id == taskId && task.UserId == userId, cancellationToken))
            return false;
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);

        // The dispatch first: the dispatcher locks it before the task.
        await db.Dispatches.Where(dispatch => dispatch.TaskId == taskId).ExecuteDeleteAsync(cancellationToken);
        if (await db.Tasks.Where(task => task.Id == taskId && task.UserId == userId).ExecuteDeleteAsync(cancellationToken) == 0)
            return false;
        await db.Records.Where(record => record.TaskId == taskId).ExecuteDeleteAsync(cancellationToken);
        await db.RejectedLines.Where(line => line.TaskId == taskId).ExecuteDeleteAsync(cancellationToken);
        db.Publish(new TaskDeleted(taskId));
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    private NpgsqlConnection Connection => (NpgsqlConnection)db.Database.GetDbConnection();

    private async Task<DetectionTask> StoreAsync(Order order, IReadOnlyList<string> numbers, CancellationToken cancellationToken)
    {
        var task = await BeginAsync(order, cancellationToken);
        await using (var copy = await RecordCopy.BeginAsync(Connection, task.Id, cancellationToken))
        {
            foreach (var number in numbers)
                await copy.AddAsync(number, cancellationToken);
            await copy.CompleteAsync(cancellationToken);
        }

        task.Total = numbers.Count;
        await EndAsync(order, task, cancellationToken);
        return task;
    }

    private async Task<DetectionTask> BeginAsync(Order order, CancellationToken cancellationToken)
    {
        var task = new DetectionTask { UserId = order.UserId, CallbackUrl = order.CallbackUrl, CreatedAt = Now() };
        db.Tasks.Add(task);
        await db.SaveChangesAsync(cancellationToken);
        return task;
    }

    private async Task EndAsync(Order order, DetectionTask task, CancellationToken cancellationToken)
    {
        task.IsBatch = task.Total > 1;
        db.Dispatches.Add(new Dispatch
        {
            TaskId = task.Id,
            Priority = order.Priority,
            MaxAge = order.MaxAge,
            TraceParent = TelemetryExtensions.TraceParent(),
        });
        await db.SaveChangesAsync(cancellationToken);
        await CountAsync(order, task, cancellationToken);
    }

    /// <summary>
    /// Counts what is submitted, and refuses what is too much. The day's row is locked by the counting, so of several requests
    /// at once each sees what the others before it took.
    /// </summary>
    private async Task CountAsync(Order order, DetectionTask task, CancellationToken cancellationToken)
    {
        var limits = options.Value.LimitsOf(order.UserName);
        var day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(task.CreatedAt, options.Value.Zone).DateTime);
        var none = new long[StateCounts.Slots.Count];
        var today = (await db.Database.SqlQuery<long>(
            $"""
            insert into usage_days (user_id, day, submitted, dialled, reused, states) values ({order.UserId}, {day}, {task.Total}, 0, 0, {none})
            on conflict (user_id, day) do update set submitted = usage_days.submitted + excluded.submitted
            returning submitted as "Value"
            """).ToListAsync(cancellationToken)).Single();
        if (today > limits.NumbersPerDay)
            throw new LimitExceededException($"numbers a day: at most {limits.NumbersPerDay}; {today - task.Total} were submitted today, and {task.Total} now", UntilTomorrow());

        var open = await db.Tasks.Where(other => other.UserId == order.UserId && other.Finished < other.Total).SumAsync(other => (long)other.Total - other.Finished, cancellationToken);
        if (open > limits.OpenNumbers)
            throw new LimitExceededException($"open numbers: at most {limits.OpenNumbers} without a final state; {open - task.Total} are open, and {task.Total} were sent", TimeSpan.FromMinutes(1));
    }

    private TimeSpan UntilTomorrow()
    {
        var local = TimeZoneInfo.ConvertTime(time.GetUtcNow(), options.Value.Zone);
        return local.Date.AddDays(1) - local.DateTime;
    }

    /// <summary>Now, to the microsecond that PostgreSQL keeps: the answer and a later reading agree.</summary>
    private DateTimeOffset Now()
    {
        var now = time.GetUtcNow();
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
    }
}

/// <summary>A user wants more than he may have.</summary>
/// <param name="message">Which limit, and how much of it is used.</param>
/// <param name="retryAfter">When it may be tried again.</param>
internal sealed class LimitExceededException(string message, TimeSpan retryAfter) : Exception(message)
{
    public TimeSpan RetryAfter { get; } = retryAfter;
}
