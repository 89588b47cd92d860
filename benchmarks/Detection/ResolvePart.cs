using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using EmptyNumber.Benchmarks.Measuring;
using EmptyNumber.WholeSuite;
using EmptyNumber.Contracts;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace EmptyNumber.Benchmarks.Detection;

/// <summary>Records brought to their final state by messages, against one <c>UPDATE … FROM unnest</c> a message by psql on equal rows.</summary>
internal sealed class ResolvePart(Suite suite, Backstage backstage, Customer customer, BenchOptions options)
{
    private const int Records = 100_000;
    private const int NumbersPerMessage = 200;
    private const int Publishers = 16;

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    public async Task RunAsync(Report report, CancellationToken cancellationToken)
    {
        var count = options.Size(Records);
        var rows = Path.Combine(suite.Folder, "resolve.copy");
        var (task, _) = await customer.SubmitAsync(Numbers.Json(count), cancellationToken);
        await backstage.ExportAsync(task, rows, cancellationToken);
        await customer.DeleteAsync(task, cancellationToken);

        await using var services = new ServiceCollection().AddLogging().AddMassTransit(bus =>
        {
            bus.DisableUsageTelemetry();
            bus.UsingRabbitMq((_, rabbit) => rabbit.Host(Backstage.RabbitMq(suite)));
        }).BuildServiceProvider();
        var bus = services.GetRequiredService<IBusControl>();
        await bus.StartAsync(cancellationToken);

        var messages = new Measurement($"{count:#,0} records by messages of {NumbersPerMessage}", backstage.Processes);
        var updates = new Measurement($"psql UPDATE … FROM unnest, {NumbersPerMessage} a statement", backstage.Processes);
        var script = Path.Combine(suite.Folder, "resolve.sql");
        report.Progress("Resolving: warming up.");
        await PublishAsync(bus, await PrepareAsync(rows, count, cancellationToken), count, cancellationToken);
        for (var repetition = 1; repetition <= options.Repetitions; repetition++)
        {
            report.Progress($"Resolving: {repetition} of {options.Repetitions}.");
            var resolved = await PrepareAsync(rows, count, cancellationToken);
            await messages.TakeAsync(() => PublishAsync(bus, resolved, count, cancellationToken));

            await File.WriteAllLinesAsync(script, (await PrepareAsync(rows, count, cancellationToken)).Select(Statement), cancellationToken);
            await updates.TakeAsync(async () => (await backstage.Psql.RunAsync($@"\i '{script}'", cancellationToken)).TotalSeconds);
        }

        await bus.StopAsync(cancellationToken);
        report.AddTimes(messages.Name, messages, updates, 2.0);
    }

    /// <summary>Stores fresh rows, and makes what settles them.</summary>
    private async Task<NumbersResolved[]> PrepareAsync(string rows, int count, CancellationToken cancellationToken)
    {
        await backstage.LevelAsync(cancellationToken);
        await backstage.CreateBaselineTaskAsync(count, cancellationToken);
        await backstage.CopyAsync(rows, cancellationToken);
        var ids = await backstage.BaselineIdsAsync(cancellationToken);
        await backstage.CheckpointAsync(cancellationToken);
        return [.. ids.Zip(Numbers.Take(count), Resolved).Chunk(NumbersPerMessage).Select(numbers => new NumbersResolved(numbers))];
    }

    /// <returns>Seconds from the first message until the task is finished.</returns>
    private async Task<double> PublishAsync(IBus bus, NumbersResolved[] messages, int count, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        var begin = Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(
            messages, new ParallelOptions { MaxDegreeOfParallelism = Publishers, CancellationToken = limit.Token }, async (message, token) => await bus.Publish(message, token));
        while (await backstage.BaselineFinishedAsync(limit.Token) < count)
            await Task.Delay(PollInterval, limit.Token);
        return Stopwatch.GetElapsedTime(begin).TotalSeconds;
    }

    /// <summary>As a number that was called once and found vacant, with all the evidence that such a call leaves.</summary>
    private static ResolvedNumber Resolved(long record, string number)
    {
        var decided = DateTimeOffset.UnixEpoch.AddSeconds(1_800_000_000 + record % 1000);
        var call = new Guid((int)record, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
        return new ResolvedNumber(number, [record], NumberState.Vacant, null, 0.97, null, decided, [new CallAttempt(
            call, decided.AddSeconds(-9), "1001", new Signalling(180, null, false), NumberState.Vacant, 0.97, null,
            new AnnouncementMatch("vacant-1", "您好，您拨打的号码是空号，请核对后再拨。", 0.8, 6.4, 0.93), $"{call:N}{call:N}", null)], null);
    }

    private static string Statement(NumbersResolved message)
    {
        var numbers = message.Numbers;
        return $"""
            update records set state = r.state, embedded_state = r.embedded_state, confidence = r.confidence, reason = r.reason, decided_at = r.decided_at, attempts = r.attempts::jsonb
            from unnest({Array(n => n.RecordIds[0], "bigint")}, {Array(n => (int)n.State, "int")}, {Array(n => (int?)n.EmbeddedState, "int")}, {Array(n => n.Confidence, "float8")},
            {Array(n => n.Reason, "text")}, {Array(n => $"{n.DecidedAt:O}", "timestamptz")}, {Array(n => JsonSerializer.Serialize(n.Attempts), "text")})
            as r (id, state, embedded_state, confidence, reason, decided_at, attempts) where records.id = r.id and records.state = 0;
            """;

        string Array(Func<ResolvedNumber, object?> value, string type) => $"'{{{string.Join(',', numbers.Select(number => Element(value(number))))}}}'::{type}[]";
    }

    /// <summary>An element of an array literal within a string literal.</summary>
    private static string Element(object? value) => value switch
    {
        null => "null",
        string text => new StringBuilder(text).Replace(@"\", @"\\").Replace("\"", "\\\"").Replace("'", "''").Insert(0, '"').Append('"').ToString(),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
