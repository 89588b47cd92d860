using System.Collections.Concurrent;
using System.Diagnostics;
using EmptyNumber.ServiceDefaults.Data;
using EmptyNumber.ServiceDefaults.Messaging;
using EmptyNumber.ServiceDefaults.Outbox;
using EmptyNumber.TestSupport;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace EmptyNumber.ServiceDefaults.Tests;

[Collection("servers")]
public sealed class OutboxTests(DefaultsServers servers)
{
    [Fact]
    public async Task A_message_leaves_with_its_transaction()
    {
        await using var bus = await TestBus.StartAsync(servers.RabbitMq.ConnectionString);
        var heard = await bus.ListenAsync<NoteWritten>();
        await using var service = await StartAsync(await DatabaseAsync());
        var text = Guid.NewGuid().ToString();
        await service.WithDbAsync(async db =>
        {
            await using var transaction = await db.Database.BeginTransactionAsync();
            db.Notes.Add(new Note { Text = text });
            db.Publish(new NoteWritten(text));
            await db.SaveChangesAsync();
            await Task.Delay(TimeSpan.FromSeconds(1.5)); // longer than the relay sleeps
            heard.ShouldNotContain(new NoteWritten(text));
            var committed = Stopwatch.StartNew();
            await transaction.CommitAsync();
            await Eventually.Async(() => Task.FromResult(heard.Contains(new NoteWritten(text))), () => $"{heard.Count} messages");
            committed.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(0.9)); // woken, not found by polling
        });
        await Eventually.Be(() => service.WithDbAsync(db => db.Outbox.CountAsync()), 0);
    }

    [Fact]
    public async Task A_rollback_publishes_nothing()
    {
        await using var bus = await TestBus.StartAsync(servers.RabbitMq.ConnectionString);
        var heard = await bus.ListenAsync<NoteWritten>();
        await using var service = await StartAsync(await DatabaseAsync());
        var (lost, kept) = (new NoteWritten($"lost {Guid.NewGuid()}"), new NoteWritten($"kept {Guid.NewGuid()}"));
        await service.WithDbAsync(async db =>
        {
            await using var transaction = await db.Database.BeginTransactionAsync();
            db.Notes.Add(new Note { Text = lost.Text });
            db.Publish(lost);
            await db.SaveChangesAsync();
            await transaction.RollbackAsync();
        });
        await service.WithDbAsync(async db =>
        {
            db.Publish(kept);
            await db.SaveChangesAsync();
        });
        await Eventually.Async(() => Task.FromResult(heard.Contains(kept)), () => $"{heard.Count} messages");
        heard.ShouldNotContain(lost);
        (await service.WithDbAsync(db => db.Notes.CountAsync())).ShouldBe(0);
    }

    [Fact]
    public async Task Two_relays_share_the_work_and_repeat_nothing()
    {
        await using var bus = await TestBus.StartAsync(servers.RabbitMq.ConnectionString);
        var heard = await bus.ListenAsync<NoteWritten>();
        var database = await DatabaseAsync();
        var mark = Guid.NewGuid().ToString();
        await using var one = await StartAsync(database);
        await using var two = await StartAsync(database);
        await Task.WhenAll(Enumerable.Range(0, 10).Select(batch => (batch % 2 == 0 ? one : two).WithDbAsync(db =>
        {
            for (var i = 0; i < 100; i++)
                db.Publish(new NoteWritten($"{mark} {batch}-{i}"));
            return db.SaveChangesAsync();
        })));
        await Eventually.Be(() => one.WithDbAsync(db => db.Outbox.CountAsync()), 0);
        await Eventually.Be(() => heard.Count(note => note.Text.StartsWith(mark)), 1000);
        heard.Where(note => note.Text.StartsWith(mark)).ShouldBeUnique();
    }

    [Fact]
    public async Task A_message_belongs_to_the_trace_in_which_it_was_written()
    {
        await using var bus = await TestBus.StartAsync(servers.RabbitMq.ConnectionString);
        var traces = new ConcurrentQueue<ActivityTraceId>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "MassTransit" or "EmptyNumber.Outbox" or "test",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                if (activity.Source.Name == "MassTransit" && activity.OperationName.Contains("send"))
                    traces.Enqueue(activity.TraceId);
            },
        };
        ActivitySource.AddActivityListener(listener);
        await using var service = await StartAsync(await DatabaseAsync());
        using var source = new ActivitySource("test");
        using var activity = source.StartActivity("writes")!;
        await service.WithDbAsync(db =>
        {
            db.Publish(new NoteWritten("traced"));
            return db.SaveChangesAsync();
        });
        await Eventually.Async(() => Task.FromResult(traces.Contains(activity.TraceId)), () => string.Join(", ", traces));
    }

    [Fact]
    public async Task Messages_wait_for_a_broker_that_is_away()
    {
        await using var service = await StartAsync(await DatabaseAsync());
        await servers.RabbitMq.KillAsync();
        await service.WithDbAsync(db =>
        {
            db.Publish(new NoteWritten("patient"));
            return db.SaveChangesAsync();
        });
        (await service.WithDbAsync(db => db.Outbox.CountAsync())).ShouldBe(1);
        await servers.RabbitMq.StartAsync();
        await using var bus = await TestBus.StartAsync(servers.RabbitMq.ConnectionString);
        var heard = await bus.ListenAsync<NoteWritten>();
        await Eventually.Be(() => heard.Any(note => note.Text == "patient"), true, TimeSpan.FromSeconds(60));
        await Eventually.Be(() => service.WithDbAsync(db => db.Outbox.CountAsync()), 0);
    }

    [Fact]
    public async Task A_message_that_no_queue_takes_yet_waits_for_one()
    {
        await using var service = await StartAsync(await DatabaseAsync());
        await service.WithDbAsync(db =>
        {
            db.Publish(new NobodyListens("early"));
            return db.SaveChangesAsync();
        });
        await using var bus = await TestBus.StartAsync(servers.RabbitMq.ConnectionString);
        await (await bus.ListenAsync<NoteWritten>()).HearsAfterAsync(service);
        (await service.WithDbAsync(db => db.Outbox.CountAsync())).ShouldBe(1);

        var heard = await bus.ListenAsync<NobodyListens>();

        await Eventually.Be(() => heard.Count, 1);
        await Eventually.Be(() => service.WithDbAsync(db => db.Outbox.CountAsync()), 0);
    }

    [Fact]
    public async Task A_row_that_cannot_be_read_keeps_nothing_else_back()
    {
        await using var service = await StartAsync(await DatabaseAsync());
        await using var bus = await TestBus.StartAsync(servers.RabbitMq.ConnectionString);
        var heard = await bus.ListenAsync<NoteWritten>();
        await service.WithDbAsync(async db =>
        {
            db.Outbox.Add(new OutboxMessage { Type = "EmptyNumber.Gone, EmptyNumber.Gone", Body = "{}" });
            db.Outbox.Add(new OutboxMessage { Type = typeof(NoteWritten).AssemblyQualifiedName!, Body = "[" });
            return await db.SaveChangesAsync();
        });

        await heard.HearsAfterAsync(service);

        await Eventually.Be(() => service.WithDbAsync(db => db.Outbox.CountAsync()), 2);
    }

    private async Task<string> DatabaseAsync()
    {
        var connection = await servers.CreateDatabaseAsync("outbox");
        await using var db = new NotesDb(new DbContextOptionsBuilder<NotesDb>().UseNpgsql(connection).Options);
        await db.Database.EnsureCreatedAsync();
        return connection;
    }

    private Task<SmallService> StartAsync(string database) => SmallService.StartAsync(
        _ => { },
        builder =>
        {
            builder.AddDatabase<NotesDb>("notesdb");
            builder.AddMessaging<NotesDb>("notes", _ => { });
        },
        settings: [("ConnectionStrings:notesdb", database), ("ConnectionStrings:rabbitmq", servers.RabbitMq.ConnectionString)]);
}

/// <summary>A message.</summary>
public sealed record NoteWritten(string Text);

/// <summary>A row.</summary>
public sealed class Note
{
    public long Id { get; init; }

    public required string Text { get; init; }
}

/// <summary>A service's database.</summary>
public sealed class NotesDb(DbContextOptions<NotesDb> options) : ServiceDb(options)
{
    public DbSet<Note> Notes => Set<Note>();

    /// <inheritdoc />
    protected override void Configure(ModelBuilder model) => model.Entity<Note>();
}

/// <summary>Uses the database of a service.</summary>
internal static class Databases
{
    public static async Task<T> WithDbAsync<T>(this SmallService service, Func<NotesDb, Task<T>> use)
    {
        await using var scope = service.Services.CreateAsyncScope();
        return await use(scope.ServiceProvider.GetRequiredService<NotesDb>());
    }

    public static async Task WithDbAsync(this SmallService service, Func<NotesDb, Task> use)
    {
        await using var scope = service.Services.CreateAsyncScope();
        await use(scope.ServiceProvider.GetRequiredService<NotesDb>());
    }
}

public sealed record NobodyListens(string Text);

internal static class Hearing
{
    /// <summary>Publishes one more note, and waits until it is heard: whatever could leave before it has left.</summary>
    public static async Task HearsAfterAsync(this ConcurrentQueue<NoteWritten> heard, SmallService service)
    {
        var text = Guid.NewGuid().ToString();
        await service.WithDbAsync(db =>
        {
            db.Publish(new NoteWritten(text));
            return db.SaveChangesAsync();
        });
        await Eventually.Be(() => heard.Any(note => note.Text == text), true);
    }
}
