using Npgsql;

namespace EmptyNumber.Detection.Infrastructure;

/// <summary>How far tasks are, for customers who ask again and again.</summary>
/// <remarks>
/// One query at a time, and the next one when enough have asked meanwhile or a moment has passed: it answers them all. An answer
/// is never older than its question, and the database's work grows with its round trips, not with the number of customers who
/// watch.
/// </remarks>
internal sealed class ProgressReader(NpgsqlDataSource source)
{
    private const int Enough = 16;

    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    private readonly Lock _lock = new();
    private List<Question> _waiting = [];
    private TaskCompletionSource _enough = NewSignal();
    private bool _isReading;

    /// <summary>How far a task is; null when the user has no such task.</summary>
    public Task<Progress?> ReadAsync(long userId, long taskId)
    {
        var question = new Question(userId, taskId);
        bool isFirst;
        lock (_lock)
        {
            _waiting.Add(question);
            isFirst = !_isReading;
            _isReading = true;
            if (_waiting.Count == Enough)
                _enough.SetResult();
        }

        if (isFirst)
        {
            // It goes on for other requests: it must not stay in the trace of this one.
            using (ExecutionContext.SuppressFlow())
                _ = AnswerWaitingAsync();
        }

        return question.Task;
    }

    private async Task AnswerWaitingAsync()
    {
        while (true)
        {
            List<Question> questions;
            lock (_lock)
            {
                _isReading = _waiting.Count > 0;
                if (!_isReading)
                    return;
                (questions, _waiting, _enough) = (_waiting, [], NewSignal());
            }

            try
            {
                await AnswerAsync(questions);
            }
            catch (Exception e)
            {
                foreach (var question in questions)
                    question.TrySetException(e);
            }

            await Task.WhenAny(_enough.Task, Task.Delay(Moment));
        }
    }

    private async Task AnswerAsync(List<Question> questions)
    {
        var tasks = new Dictionary<long, (long UserId, Progress Progress)>();
        await using (var connection = await source.OpenConnectionAsync())
        {
            await using var command = new NpgsqlCommand("select id, user_id, finished, total from tasks where id = any($1)", connection);
            command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. questions.Select(question => question.TaskId).Distinct()] });
            await command.PrepareAsync();
            await using var rows = await command.ExecuteReaderAsync();
            while (await rows.ReadAsync())
                tasks.Add(rows.GetInt64(0), (rows.GetInt64(1), new Progress(rows.GetInt32(2), rows.GetInt32(3))));
        }

        foreach (var question in questions)
            question.SetResult(tasks.TryGetValue(question.TaskId, out var task) && task.UserId == question.UserId ? task.Progress : null);
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private sealed class Question(long userId, long taskId) : TaskCompletionSource<Progress?>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public long UserId { get; } = userId;

        public long TaskId { get; } = taskId;
    }
}
