using EmptyNumber.AudioClassifier.Analysis;
using EmptyNumber.AudioClassifier.Infrastructure;
using EmptyNumber.AudioClassifier.Model;
using EmptyNumber.Contracts;
using EmptyNumber.ServiceDefaults.Loops;
using EmptyNumber.ServiceDefaults.Recordings;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace EmptyNumber.AudioClassifier.Grouping;

/// <summary>Groups unknown recordings as they arrive. What the library knows by now is settled instead.</summary>
internal sealed class Sorter(
    IServiceScopeFactory scopes, SortingSignal signal, Library library, SafeAnalysis analysis, IRecordingStore store, IOptions<UnknownOptions> options,
    TimeProvider time, ILogger<Sorter> logger) : WokenLoop(signal, logger)
{
    private const int Batch = 32;
    private static readonly TimeSpan ForgetEvery = TimeSpan.FromMinutes(10);

    private readonly GroupStore _groups = new();
    private DateTimeOffset _forgottenAt;

    protected override async Task<bool> WorkAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<ClassifierDb>();
        if (!await db.UnknownRecordings.AnyAsync(recording => recording.DueAt <= time.GetUtcNow(), cancellationToken) && !IsForgettingDue)
            return false;
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (!await GroupStore.TryLockAsync(db, cancellationToken) || library.Current.Version < await LibraryChanges.LatestAsync(db, cancellationToken))
            return false;
        var count = 0;
        try
        {
            if (IsForgettingDue)
                await ForgetAsync(db, cancellationToken);
            await _groups.RefreshAsync(db, cancellationToken);

            // The latest first: those that are heard again after a label do not keep new ones waiting.
            var due = await db.UnknownRecordings.Where(recording => recording.DueAt <= time.GetUtcNow())
                .OrderByDescending(recording => recording.DueAt).Take(Batch).ToListAsync(cancellationToken);
            foreach (var recording in due)
                await SortAsync(db, recording, cancellationToken);
            count = due.Count;
            await db.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }
        catch
        {
            _groups.Forget();
            throw;
        }

        return count == Batch;
    }

    private bool IsForgettingDue => time.GetUtcNow() - _forgottenAt >= ForgetEvery;

    private async Task SortAsync(ClassifierDb db, UnknownRecording recording, CancellationToken cancellationToken)
    {
        recording.DueAt = null;
        if (await store.ReadAsync(recording.RecordingId, cancellationToken) is not { } wav)
            return;
        var (heard, _) = analysis.Analyze(recording.RecordingId, wav, recording.Signalling, library.Current.Announcements);
        if (heard is not null && !UnknownIntake.IsUnknown(heard))
        {
            // The library has learnt it meanwhile.
            await RemoveAsync(db, recording, cancellationToken);
            db.Publish(new CallClassified(recording.CallId, heard, Failure: null));
        }
        else if (heard is null || !Enrolment.TryTrim(WavReader.Read(wav).Samples, out var speech, out _))
            await RemoveAsync(db, recording, cancellationToken);
        else if (!await _groups.PlaceAsync(db, recording, Take.Of(speech), (double)speech.Offset / Recording.RateHz, cancellationToken))
            TryAgain(recording);
    }

    /// <summary>Removes a recording, also from its group; where it stood for it, the others are heard again as well.</summary>
    private async Task RemoveAsync(ClassifierDb db, UnknownRecording recording, CancellationToken cancellationToken)
    {
        if (recording.GroupId is { } id && await db.UnknownGroups.FindAsync([id], cancellationToken) is { AnnouncementId: null } group)
            await _groups.LeaveAsync(db, recording, group, time.GetUtcNow(), cancellationToken);
        db.UnknownRecordings.Remove(recording);
    }

    private void TryAgain(UnknownRecording recording)
    {
        var pauses = options.Value.Pauses;
        if (recording.Tries < pauses.Count)
            recording.DueAt = time.GetUtcNow() + pauses[recording.Tries];
        recording.Tries++;
    }

    /// <summary>Forgets what is too old, and the oldest of too many groups of one.</summary>
    private async Task ForgetAsync(ClassifierDb db, CancellationToken cancellationToken)
    {
        await db.Database.ExecuteSqlAsync(
            $"""
            with gone as (
                delete from unknown_recordings r
                where heard_at < {time.GetUtcNow() - options.Value.KeepFor}
                and not exists (select from unknown_groups g where g.id = r.group_id and g.announcement_id is not null)
                returning group_id
            ), lone as (
                select id from unknown_groups where recordings = 1 and announcement_id is null order by id desc offset {options.Value.LoneGroups}
            ), loosened as (
                update unknown_recordings set group_id = null, match = null where group_id in (select id from lone)
            ), fewer as (
                select group_id, count(*) as n from gone where group_id is not null group by group_id
            ), emptied as (
                delete from unknown_groups g where g.announcement_id is null
                and (g.id in (select id from lone) or g.recordings <= (select n from fewer where group_id = g.id))
                returning id
            ), without as (
                delete from unknown_exemplars where group_id in (select id from emptied)
            )
            update unknown_groups g set recordings = recordings - n
            from fewer where g.id = fewer.group_id and g.id not in (select id from lone) and g.recordings > n
            """,
            cancellationToken);
        _forgottenAt = time.GetUtcNow();
    }
}
