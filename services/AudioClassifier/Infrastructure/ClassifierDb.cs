using EmptyNumber.AudioClassifier.Model;
using EmptyNumber.ServiceDefaults.Data;
using Microsoft.EntityFrameworkCore;

namespace EmptyNumber.AudioClassifier.Infrastructure;

/// <summary>The announcement library.</summary>
public sealed class ClassifierDb(DbContextOptions<ClassifierDb> options) : ServiceDb(options)
{
    public DbSet<LibraryEntry> Announcements => Set<LibraryEntry>();

    protected override void Configure(ModelBuilder model) => model.Entity<LibraryEntry>().ToTable("Announcements");
}
