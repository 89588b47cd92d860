using EmptyNumber.AudioClassifier.Model;
using EmptyNumber.ServiceDefaults.Data;
using Microsoft.EntityFrameworkCore;

namespace EmptyNumber.AudioClassifier.Infrastructure;

/// <summary>The announcement library and its versions, and what is unknown to it.</summary>
public sealed class ClassifierDb(DbContextOptions<ClassifierDb> options) : ServiceDb(options)
{
    public DbSet<LibraryEntry> Announcements => Set<LibraryEntry>();

    public DbSet<LibraryVersion> LibraryVersions => Set<LibraryVersion>();

    public DbSet<UnknownRecording> UnknownRecordings => Set<UnknownRecording>();

    public DbSet<UnknownGroup> UnknownGroups => Set<UnknownGroup>();

    public DbSet<UnknownExemplar> UnknownExemplars => Set<UnknownExemplar>();

    protected override void Configure(ModelBuilder model)
    {
        model.Entity<LibraryEntry>().ToTable("Announcements");
        model.Entity<LibraryVersion>(version =>
        {
            version.HasKey(v => v.Version);
            version.Property(v => v.Version).ValueGeneratedNever();
        });
        model.Entity<UnknownRecording>(recording =>
        {
            recording.Ignore(r => r.Signalling);
            recording.HasKey(r => r.CallId);
            recording.Property(r => r.CallId).ValueGeneratedNever();
            recording.Property(r => r.Match).HasColumnType("jsonb");
            recording.HasIndex(r => r.DueAt).HasFilter("due_at is not null");
            recording.HasIndex(r => new { r.GroupId, r.HeardAt });
            recording.HasIndex(r => r.HeardAt);
        });
        model.Entity<UnknownGroup>().HasIndex(group => new { group.Recordings, group.Id }).HasFilter("announcement_id is null");
        model.Entity<UnknownExemplar>().HasIndex(exemplar => exemplar.GroupId);
    }
}
