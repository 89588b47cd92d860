using EmptyNumber.AudioClassifier.Model;
using EmptyNumber.ServiceDefaults.Data;
using Microsoft.EntityFrameworkCore;

namespace EmptyNumber.AudioClassifier.Infrastructure;

/// <summary>The announcement library and its versions.</summary>
public sealed class ClassifierDb(DbContextOptions<ClassifierDb> options) : ServiceDb(options)
{
    public DbSet<LibraryEntry> Announcements => Set<LibraryEntry>();

    public DbSet<LibraryVersion> LibraryVersions => Set<LibraryVersion>();

    protected override void Configure(ModelBuilder model)
    {
        model.Entity<LibraryEntry>().ToTable("Announcements");
        model.Entity<LibraryVersion>(version =>
        {
            version.HasKey(v => v.Version);
            version.Property(v => v.Version).ValueGeneratedNever();
        });
    }
}
