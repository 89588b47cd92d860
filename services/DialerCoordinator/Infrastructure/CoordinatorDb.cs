using EmptyNumber.DialerCoordinator.Model;
using EmptyNumber.ServiceDefaults.Data;
using EmptyNumber.ServiceDefaults.Protection;
using Microsoft.EntityFrameworkCore;

namespace EmptyNumber.DialerCoordinator.Infrastructure;

/// <summary>Dial jobs, calls and extensions.</summary>
public sealed class CoordinatorDb(DbContextOptions<CoordinatorDb> options) : ServiceDb(options)
{
    public DbSet<DialJob> DialJobs => Set<DialJob>();

    public DbSet<Call> Calls => Set<Call>();

    public DbSet<CustomerTask> Tasks => Set<CustomerTask>();

    public DbSet<TaskPart> TaskParts => Set<TaskPart>();

    public DbSet<Waiter> Waiters => Set<Waiter>();

    public DbSet<Extension> Extensions => Set<Extension>();

    /// <summary>The do-not-call list.</summary>
    public DbSet<BlockedNumber> DoNotCall => Set<BlockedNumber>();

    protected override void Configure(ModelBuilder model)
    {
        model.Entity<DialJob>(job =>
        {
            job.Ignore(j => j.IsWithDialer);
            job.HasIndex(j => j.Number).IsUnique().HasFilter("state <> 4");
            job.HasIndex(j => new { j.Turn, j.Id }).HasFilter("state = 0");
            job.HasIndex(j => j.DueAt).HasFilter("state = 5");
            job.HasIndex(j => j.Extension).IsUnique().HasFilter("state in (1, 2)");
            job.HasIndex(j => j.ClientId).HasFilter("state in (1, 2)");
            job.HasIndex(j => j.DeadlineAt).HasFilter("state in (1, 2, 3)");
            job.HasIndex(j => j.CallId).HasFilter("state = 3");
            job.HasIndex(j => new { j.Priority, j.QueuedAt }).HasFilter("state = 0");
            job.HasIndex(j => j.HeldReason).HasFilter("state = 5");
            job.HasIndex(j => j.ResolvedAt).HasFilter("state = 4");
        });
        model.Entity<Call>(call =>
        {
            call.Ignore(c => c.Signalling);
            call.Ignore(c => c.Cause);
            call.Ignore(c => c.TellsState);
            call.Property(c => c.Id).ValueGeneratedNever();
            call.Property(c => c.Verdict).HasColumnType("jsonb");
            call.HasIndex(c => c.JobId);
            call.HasIndex(c => new { c.Number, c.StartedAt });
            call.HasIndex(c => new { c.Extension, c.StartedAt });
            call.HasIndex(c => new { c.StartedAt, c.Id });
            call.HasIndex(c => c.ClientId).HasOperators("text_pattern_ops"); // by the beginning of an id
        });
        model.Entity<CustomerTask>(task =>
        {
            task.ToTable("Tasks").Property(t => t.Id).ValueGeneratedNever();
            task.HasIndex(t => t.TouchedAt);
        });
        model.Entity<TaskPart>().HasKey(part => new { part.TaskId, part.Part });
        model.Entity<Waiter>(waiter =>
        {
            waiter.HasKey(w => w.RecordId);
            waiter.Property(w => w.RecordId).ValueGeneratedNever();
            waiter.HasIndex(w => w.JobId);
            waiter.HasIndex(w => w.TaskId);
        });
        model.Entity<Extension>(extension =>
        {
            extension.HasKey(e => e.Number);
            extension.Property(e => e.LeaseToken).HasDefaultValue(0L);
        });
        model.Entity<BlockedNumber>().ToTable("DoNotCall").HasKey(blocked => blocked.Number);
        model.HasKeyRing();
    }
}
