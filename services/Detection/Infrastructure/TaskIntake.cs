using EmptyNumber.Contracts;
using EmptyNumber.Detection.Model;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using NpgsqlTypes;

namespace EmptyNumber.Detection.Infrastructure;

/// <summary>Takes tasks in and out: the task, its records and the messages that tell of them in one transaction.</summary>
internal sealed class TaskIntake(DetectionDb db, TimeProvider time)
{
    private const int NumbersPerMessage = 1000;

    /// <summary>Stores a task and queues its numbers.</summary>
    /// <param name="userId">Whose it is.</param>
    /// <param name="numbers">In their national form; each one a record, repeats included.</param>
    /// <param name="priority">How soon they are dialled.</param>
    /// <param name="cancellationToken">Ends it; nothing is stored then.</param>
    public async Task<DetectionTask> SubmitAsync(long userId, IReadOnlyList<string> numbers, Priority priority, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var task = new DetectionTask { UserId = userId, IsBatch = numbers.Count > 1, Total = numbers.Count, CreatedAt = Now() };
        db.Tasks.Add(task);
        await db.SaveChangesAsync(cancellationToken);

        var ids = await db.Database
            .SqlQuery<long>($"""select nextval(pg_get_serial_sequence('records', 'id')) as "Value" from generate_series(1, {numbers.Count})""")
            .ToListAsync(cancellationToken);
        await CopyAsync(task.Id, ids, numbers, cancellationToken);
        var part = 0;
        foreach (var chunk in ids.Zip(numbers, (id, number) => new QueuedNumber(id, number)).Chunk(NumbersPerMessage))
            db.Publish(new NumbersQueued(task.Id, part++, priority, chunk));
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return task;
    }

    /// <summary>Deletes a task with its records; what is not dialled yet is not dialled for it any more.</summary>
    /// <returns>False when the user has no such task.</returns>
    public async Task<bool> DeleteAsync(long userId, long taskId, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (await db.Tasks.Where(task => task.Id == taskId && task.UserId == userId).ExecuteDeleteAsync(cancellationToken) == 0)
            return false;
        await db.Records.Where(record => record.TaskId == taskId).ExecuteDeleteAsync(cancellationToken);
        db.Publish(new TaskDeleted(taskId));
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    private async Task CopyAsync(long taskId, List<long> ids, IReadOnlyList<string> numbers, CancellationToken cancellationToken)
    {
        var connection = (NpgsqlConnection)db.Database.GetDbConnection();
        await using var copy = await connection.BeginBinaryImportAsync(
            "copy records (id, task_id, number, carrier, state) from stdin (format binary)", cancellationToken);
        for (var i = 0; i < numbers.Count; i++)
        {
            await copy.StartRowAsync(cancellationToken);
            await copy.WriteAsync(ids[i], NpgsqlDbType.Bigint, cancellationToken);
            await copy.WriteAsync(taskId, NpgsqlDbType.Bigint, cancellationToken);
            await copy.WriteAsync(numbers[i], NpgsqlDbType.Text, cancellationToken);
            await copy.WriteAsync((int)NumberingPlan.CarrierOf(numbers[i]), NpgsqlDbType.Integer, cancellationToken);
            await copy.WriteAsync((int)NumberState.Pending, NpgsqlDbType.Integer, cancellationToken);
        }

        await copy.CompleteAsync(cancellationToken);
    }

    /// <summary>Now, to the microsecond that PostgreSQL keeps: the answer and a later reading agree.</summary>
    private DateTimeOffset Now()
    {
        var now = time.GetUtcNow();
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
    }
}
