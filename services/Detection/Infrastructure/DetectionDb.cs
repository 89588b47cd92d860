using EmptyNumber.Detection.Model;
using EmptyNumber.ServiceDefaults.Data;
using Microsoft.EntityFrameworkCore;

namespace EmptyNumber.Detection.Infrastructure;

/// <summary>Tasks and records of API customers.</summary>
public sealed class DetectionDb(DbContextOptions<DetectionDb> options) : ServiceDb(options)
{
    public DbSet<DetectionTask> Tasks => Set<DetectionTask>();

    public DbSet<NumberRecord> Records => Set<NumberRecord>();

    protected override void Configure(ModelBuilder model)
    {
        model.Entity<DetectionTask>(task =>
        {
            task.ToTable("Tasks");
            task.HasIndex(t => new { t.UserId, t.Id });
            task.ToTable(table => table.HasCheckConstraint("ck_tasks_finished", "finished <= total"));
        });
        model.Entity<NumberRecord>(record =>
        {
            record.ToTable("Records");
            record.Property(r => r.Attempts).HasColumnType("jsonb");
            record.HasIndex(r => new { r.TaskId, r.Id });
        });
    }
}
