using EmptyNumber.Benchmarks.Baselines;
using EmptyNumber.Benchmarks.Measuring;
using EmptyNumber.Contracts;
using EmptyNumber.WholeSuite;
using Npgsql;
using RabbitMQ.Client;

namespace EmptyNumber.Benchmarks.Detection;

/// <summary>The suite from behind: its databases and queues, for baselines and for knowing when it is at rest.</summary>
internal sealed class Backstage : IAsyncDisposable
{
    /// <summary>The task of the rows that baselines store. Nobody submitted it, so nobody dials its numbers.</summary>
    public const long BaselineTask = 9_000_000_000;

    private const double CalmCores = 0.3;

    private static readonly int FinalStates = NumberStates.All.Count(state => state != NumberState.Pending);
    private static readonly string[] Queues = ["coordinator-numbers-queued", "coordinator-task-deleted", "detection-numbers-resolved"];
    private static readonly TimeSpan CalmWindow = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan CalmLimit = TimeSpan.FromMinutes(10);

    private readonly NpgsqlDataSource _detection;
    private readonly NpgsqlDataSource _coordinator;
    private readonly IConnection _rabbit;

    private Backstage(Suite suite, IConnection rabbit)
    {
        _rabbit = rabbit;
        Processes = ProcessTable.Of(suite);
        Psql = new Psql(suite.Find("postgres").Url!.Port, "detection");
        _detection = NpgsqlDataSource.Create(suite.ConnectionString("detection"));
        _coordinator = NpgsqlDataSource.Create(suite.ConnectionString("coordinator"));
    }

    /// <summary>Who uses the processors.</summary>
    public ProcessTable Processes { get; }

    /// <summary>psql on Detection's database.</summary>
    public Psql Psql { get; }

    public static async Task<Backstage> EnterAsync(Suite suite, CancellationToken cancellationToken) =>
        new(suite, await new ConnectionFactory { Uri = RabbitMq(suite) }.CreateConnectionAsync(cancellationToken));

    /// <summary>Where the suite's broker listens.</summary>
    public static Uri RabbitMq(Suite suite) => new($"amqp://guest:guest@127.0.0.1:{suite.Find("rabbitmq").Url!.Port}");

    /// <summary>Waits until nothing is handed over, relayed or consumed any more, and hardly a processor is used.</summary>
    public async Task RestAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(CalmLimit);
        while (await WaitingAsync(limit.Token) > 0 || await CoresAsync(limit.Token) > CalmCores)
            await Task.Delay(100, limit.Token);
    }

    /// <summary>Empties the table of records, whose tasks are deleted, so that each measurement begins alike.</summary>
    public async Task LevelAsync(CancellationToken cancellationToken)
    {
        await RestAsync(cancellationToken);
        await ExecuteAsync($"truncate records; delete from tasks where id = {BaselineTask}", cancellationToken);
        await CheckpointAsync(cancellationToken);
    }

    /// <summary>Has PostgreSQL write out what it owes the disk.</summary>
    public Task CheckpointAsync(CancellationToken cancellationToken) => ExecuteAsync("checkpoint", cancellationToken);

    /// <summary>Makes the baseline's task, like one that a customer submitted.</summary>
    public Task CreateBaselineTaskAsync(int total, CancellationToken cancellationToken) => ExecuteAsync(
        $$"""
        insert into tasks (id, user_id, is_batch, total, finished, states, rejected, created_at)
        values ({{BaselineTask}}, 0, true, {{total}}, 0, array_fill(0, array[{{FinalStates}}]), 0, now())
        """,
        cancellationToken);

    /// <summary>Has psql write a task's records to a file, as the baseline's.</summary>
    public Task ExportAsync(long task, string path, CancellationToken cancellationToken) => Psql.RunAsync(
        $@"\copy (select {BaselineTask}, number, carrier, state from records where task_id = {task} order by id) to '{path}'", cancellationToken);

    /// <summary>Has psql store the rows of such a file: the baseline.</summary>
    /// <returns>Seconds that it took.</returns>
    public async Task<double> CopyAsync(string path, CancellationToken cancellationToken) =>
        (await Psql.RunAsync($@"\copy records (task_id, number, carrier, state) from '{path}'", cancellationToken)).TotalSeconds;

    /// <summary>Ids of the baseline's records, in order.</summary>
    public async Task<long[]> BaselineIdsAsync(CancellationToken cancellationToken) =>
        await ScalarAsync<long[]>(_detection, $"select array_agg(id order by id) from records where task_id = {BaselineTask}", cancellationToken);

    /// <summary>How many of the baseline's records are final.</summary>
    public Task<int> BaselineFinishedAsync(CancellationToken cancellationToken) =>
        ScalarAsync<int>(_detection, $"select finished from tasks where id = {BaselineTask}", cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _rabbit.DisposeAsync();
        await _detection.DisposeAsync();
        await _coordinator.DisposeAsync();
    }

    private async Task<long> WaitingAsync(CancellationToken cancellationToken)
    {
        await using var channel = await _rabbit.CreateChannelAsync(cancellationToken: cancellationToken);
        long waiting = 0;
        foreach (var queue in Queues)
            waiting += (await channel.QueueDeclarePassiveAsync(queue, cancellationToken)).MessageCount;
        return waiting
            + await ScalarAsync<long>(_detection, "select (select count(*) from dispatches) + (select count(*) from outbox)", cancellationToken)
            + await ScalarAsync<long>(_coordinator, "select count(*) from outbox", cancellationToken);
    }

    /// <summary>Processors that the suite uses; it is what tells of messages that are being consumed.</summary>
    private async Task<double> CoresAsync(CancellationToken cancellationToken)
    {
        var before = Processes.Read();
        await Task.Delay(CalmWindow, cancellationToken);
        var used = Processes.Read() - before;
        return used.ByUser.Values.Sum() / used.Elapsed;
    }

    private async Task ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        await using var command = _detection.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<T> ScalarAsync<T>(NpgsqlDataSource source, string sql, CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}
