using System.Text.Json;
using EmptyNumber.AudioClassifier.Analysis;
using EmptyNumber.AudioClassifier.Infrastructure;
using EmptyNumber.AudioClassifier.Model;
using EmptyNumber.Contracts;
using EmptyNumber.ServiceDefaults.Loops;
using EmptyNumber.ServiceDefaults.Recordings;
using Microsoft.EntityFrameworkCore;

namespace EmptyNumber.AudioClassifier.Grouping;

/// <summary>Tells what the recordings of labelled groups say, as if they were heard now: each is classified again with the library that has the label.</summary>
internal sealed class Settler(
    IServiceScopeFactory scopes, SettlingSignal signal, SortingSignal sorting, Library library, SafeAnalysis analysis, IRecordingStore store,
    TimeProvider time, ILogger<Settler> logger)
    : WokenLoop(signal, logger)
{
    private const int Batch = 50;

    /// <summary>So pure are groups at the least, as in docs/benchmarks.md: of the recordings that are in one with others.</summary>
    private const double ConfidenceOfGroup = 0.996;

    protected override async Task<bool> WorkAsync(CancellationToken cancellationToken)
    {
        var (version, announcements) = library.Current;
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<ClassifierDb>();
        if (!await db.UnknownGroups.AnyAsync(group => group.AnnouncementId != null && group.LibraryVersion <= version, cancellationToken))
            return false;
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var recordings = await db.UnknownRecordings.FromSql(
            $"""
            select r.* from unknown_recordings r join unknown_groups g on g.id = r.group_id
            where g.announcement_id is not null and g.library_version <= {version}
            order by r.group_id, r.heard_at limit {Batch} for update of r skip locked
            """).ToListAsync(cancellationToken);
        if (recordings.Count == 0)
        {
            await db.Database.ExecuteSqlAsync(
                $"""
                delete from unknown_groups g where announcement_id is not null and library_version <= {version}
                and not exists (select from unknown_recordings r where r.group_id = g.id)
                """,
                cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return false;
        }

        var groups = recordings.Select(recording => recording.GroupId).Distinct().ToList();
        var labels = await db.UnknownGroups.Where(group => groups.Contains(group.Id)).ToDictionaryAsync(group => group.Id, group => group.AnnouncementId, cancellationToken);
        foreach (var recording in recordings)
        {
            var label = announcements.Announcements.FirstOrDefault(announcement => announcement.Id == labels[recording.GroupId!.Value]);
            if (await ClassifyAsync(recording, label, announcements, cancellationToken) is { } verdict)
            {
                db.Publish(new CallClassified(recording.CallId, verdict, Failure: null));
                db.UnknownRecordings.Remove(recording);
            }
            else
                // The announcement was deleted again: as unknown as before.
                (recording.GroupId, recording.Match, recording.DueAt, recording.Tries) = (null, null, time.GetUtcNow(), 0);
        }

        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        sorting.Wake();
        return true;
    }

    /// <summary>
    /// What the recording says. Where it is too little for the library alone, what put it into its group stands: there it was held against
    /// recordings of the same announcement.
    /// </summary>
    private async Task<Verdict?> ClassifyAsync(
        UnknownRecording recording, Announcement? label, AnnouncementLibrary announcements, CancellationToken cancellationToken)
    {
        var wav = await store.ReadAsync(recording.RecordingId, cancellationToken);
        var heard = wav is null ? null : analysis.Analyze(recording.RecordingId, wav, recording.Signalling, announcements).Verdict;
        if (heard is not null && !UnknownIntake.IsUnknown(heard))
            return heard;
        if (label is null || recording.Match is null)
            return null;
        var match = JsonSerializer.Deserialize<GroupMatch>(recording.Match)!;
        return new Verdict(
            label.State,
            label.EmbeddedState,
            ConfidenceOfGroup,
            label.CallerSide,
            heard?.Tone,
            new AnnouncementMatch(label.Id, label.Text, Math.Round(match.StartS, 2), Math.Round(match.EndS, 2), Math.Round(match.Likeness, 4)),
            heard?.Segments ?? []);
    }
}
