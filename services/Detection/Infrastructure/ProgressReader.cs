using Npgsql;

namespace EmptyNumber.Detection.Infrastructure;

/// <summary>How far tasks are, for customers who ask again and again.</summary>
/// <remarks>
/// One query at a time: all who ask while it runs are answered by the next one, together. An answer is never older than its
/// question, and the database's work grows with its round trips, not with the number of customers who watch.
/// </remarks>
internal sealed class ProgressReader(NpgsqlDataSource source)
{
    private readonly Lock _lock = new();
    private List<Question> _waiting = [];
    private bool _isReading;

    /// <summary>How far a task is; null when the user has no such task.</summary>
    public Task<Progress?> ReadAsync(long userId, long taskId, CancellationToken cancellationToken)
    {
        var question = new Question(userId, taskId);
        bool isFirst;
        lock (_lock)
        {
            _waiting.Add(question);
            isFirst = !_isReading;
            _isReading = true;
        }

        if (isFirst)
            AnswerSoon();
        return question.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Behind all requests that have arrived already, so that as many as possible share the query.</summary>
    private void AnswerSoon() => ThreadPool.UnsafeQueueUserWorkItem(static reader => _ = reader.AnswerWaitingAsync(), this, preferLocal: false);

    private async Task AnswerWaitingAsync()
    {
        List<Question> questions;
        lock (_lock)
            (questions, _waiting) = (_waiting, []);
        try
        {
            await AnswerAsync(questions);
        }
        catch (Exception e)
        {
            foreach (var question in questions)
                question.TrySetException(e);
        }

        bool isMore;
        lock (_lock)
            isMore = _isReading = _waiting.Count > 0;
        if (isMore)
            AnswerSoon();
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

    private sealed class Question(long userId, long taskId) : TaskCompletionSource<Progress?>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public long UserId { get; } = userId;

        public long TaskId { get; } = taskId;
    }
}
