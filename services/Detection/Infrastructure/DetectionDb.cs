using EmptyNumber.Detection.Model;
using EmptyNumber.ServiceDefaults.Data;
using Microsoft.EntityFrameworkCore;

namespace EmptyNumber.Detection.Infrastructure;

/// <summary>Tasks and records of API customers.</summary>
public sealed class DetectionDb(DbContextOptions<DetectionDb> options) : ServiceDb(options)
{
    public DbSet<DetectionTask> Tasks => Set<DetectionTask>();

    public DbSet<NumberRecord> Records => Set<NumberRecord>();

    public DbSet<Dispatch> Dispatches => Set<Dispatch>();

    public DbSet<RejectedLine> RejectedLines => Set<RejectedLine>();

    public DbSet<IdempotencyKey> IdempotencyKeys => Set<IdempotencyKey>();

    public DbSet<UsageDay> UsageDays => Set<UsageDay>();

    public DbSet<WebhookSecret> WebhookSecrets => Set<WebhookSecret>();

    public DbSet<WebhookDelivery> WebhookDeliveries => Set<WebhookDelivery>();

    protected override void Configure(ModelBuilder model)
    {
        model.Entity<DetectionTask>(task =>
        {
            task.ToTable("Tasks", table => table.HasCheckConstraint("ck_tasks_finished", "finished <= total"));
            task.HasIndex(t => new { t.UserId, t.Id });
            task.HasIndex(t => t.UserId).HasFilter("finished < total");
        });
        model.Entity<NumberRecord>(record =>
        {
            record.ToTable("Records");
            record.Property(r => r.Attempts).HasColumnType("jsonb");
            record.HasIndex(r => new { r.TaskId, r.Id });
            record.HasIndex(r => new { r.Number, r.DecidedAt }).HasFilter("state not in (0, 99)");
        });
        model.Entity<Dispatch>(dispatch =>
        {
            dispatch.HasKey(d => d.TaskId);
            dispatch.Property(d => d.TaskId).ValueGeneratedNever();
            dispatch.HasIndex(d => new { d.Part, d.TaskId });
        });
        model.Entity<RejectedLine>().HasKey(line => new { line.TaskId, line.Line });
        model.Entity<IdempotencyKey>(key =>
        {
            key.HasKey(k => new { k.UserId, k.Key });
            key.HasIndex(k => k.CreatedAt);
        });
        model.Entity<UsageDay>().HasKey(day => new { day.UserId, day.Day });
        model.Entity<WebhookSecret>(secret =>
        {
            secret.HasKey(s => s.UserId);
            secret.Property(s => s.UserId).ValueGeneratedNever();
        });
        model.Entity<WebhookDelivery>(delivery =>
        {
            delivery.HasKey(d => d.EventId);
            delivery.Property(d => d.EventId).ValueGeneratedNever();
            delivery.HasIndex(d => d.DueAt).HasFilter("due_at is not null");
        });
    }
}
