using System.Security.Cryptography;
using EmptyNumber.AudioClassifier.Analysis;
using EmptyNumber.AudioClassifier.Grouping;
using EmptyNumber.AudioClassifier.Model;
using Microsoft.EntityFrameworkCore;

namespace EmptyNumber.AudioClassifier.Infrastructure;

/// <summary>Changes of the library, one after another over all replicas: each sees what the one before it left, and makes a version.</summary>
internal sealed class LibraryChanges(ClassifierDb db, Library library, LibrarySignal signal, TimeProvider time)
{
    private const int IdLength = 16;

    /// <summary>Two that have this share of either in common, and differ nowhere, are one recording.</summary>
    private const double SameShare = 0.8;

    /// <summary>The latest version, 0 before the first change.</summary>
    public static Task<long> LatestAsync(ClassifierDb db, CancellationToken cancellationToken) =>
        db.LibraryVersions.Select(version => version.Version).OrderByDescending(version => version).FirstOrDefaultAsync(cancellationToken);

    /// <summary>An id that two different recordings do not share.</summary>
    public static string IdOf(byte[] wav) => Convert.ToHexStringLower(SHA256.HashData(wav))[..IdLength];

    /// <summary>Enrols an announcement, unless it is there already.</summary>
    public async Task<Enrolled> AddAsync(LibraryEntry entry, string by, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var enrolled = await EnrolAsync([entry], LibraryChange.Added, by, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        Announce();
        return enrolled;
    }

    /// <summary>Enrols recordings of one announcement within the caller's transaction; those that are there already are left alone.</summary>
    /// <param name="entries">The recordings, the best first.</param>
    /// <param name="change">What the change is.</param>
    /// <param name="by">Who changes it.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>What came of the first; of another, where the library has it with another meaning: then nothing has changed.</returns>
    public async Task<Enrolled> EnrolAsync(IReadOnlyList<LibraryEntry> entries, LibraryChange change, string by, CancellationToken cancellationToken)
    {
        var version = await NextAsync(cancellationToken);
        var known = (await library.RefreshAsync(db, cancellationToken)).Announcements;
        var comparison = new Comparison();
        List<Enrolled> enrolled = [];
        foreach (var entry in entries)
        {
            var given = entry.ToAnnouncement();
            enrolled.Add(SameRecordings(comparison, given.Samples, known).FirstOrDefault() is { } same
                ? new Enrolled(same, same.MeansTheSameAs(given) ? EnrolledAs.Known : EnrolledAs.Conflict, version - 1)
                : new Enrolled(given, EnrolledAs.New, version));
        }

        if (enrolled.Find(e => e.Result == EnrolledAs.Conflict) is { } conflict)
            return conflict;
        LibraryEntry[] added = [.. entries.Where((_, i) => enrolled[i].Result == EnrolledAs.New).DistinctBy(entry => entry.Id)];
        foreach (var entry in added)
            Put(entry, version);
        if (added.Length > 0)
            await NoteAsync(version, change, by, [.. added.Select(entry => entry.Id)], cancellationToken);
        return enrolled[0] with { Version = added.Length > 0 ? version : version - 1 };
    }

    /// <summary>Tells this process of a change whose transaction has committed.</summary>
    public void Announce() => signal.Wake();

    /// <summary>Deletes an announcement.</summary>
    /// <returns>The version without it; null where there was none.</returns>
    public async Task<long?> DeleteAsync(string id, string by, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var version = await NextAsync(cancellationToken);
        if (await db.Announcements.Where(entry => entry.Id == id).ExecuteDeleteAsync(cancellationToken) == 0)
            return null;
        await NoteAsync(version, LibraryChange.Deleted, by, [id], cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        Announce();
        return version;
    }

    /// <summary>
    /// Takes a pack over: what it has is in the library afterwards as it is in the pack; what only the library has stays. All of it, or
    /// nothing.
    /// </summary>
    /// <param name="pack">Its announcements, read one after another.</param>
    /// <param name="by">Who imports it.</param>
    /// <param name="onlyIfEmpty">Leaves a library alone that has announcements.</param>
    /// <param name="cancellationToken">Ends it; nothing has changed then.</param>
    /// <returns>How many announcements came or changed.</returns>
    /// <exception cref="InvalidDataException">
    /// The pack is broken, or has a recording that the library has with another meaning; the message names the announcement.
    /// </exception>
    public async Task<int> ImportAsync(
        IEnumerable<(Announcement Announcement, byte[] Wav)> pack, string by, bool onlyIfEmpty, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var version = await NextAsync(cancellationToken);
        if (onlyIfEmpty && await db.Announcements.AnyAsync(cancellationToken))
            return 0;
        var changed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (announcement, wav) in pack)
        {
            var entry = Packs.ToEntry(announcement, wav);
            var known = await db.Announcements.AsNoTracking().SingleOrDefaultAsync(other => other.Id == entry.Id, cancellationToken);
            if (known?.IsLike(entry) == true)
                continue;
            if (!changed.Add(entry.Id))
                throw new InvalidDataException($"announcement {entry.Id} is there twice");
            await db.Announcements.Where(other => other.Id == entry.Id).ExecuteDeleteAsync(cancellationToken);
            Put(entry, version);
            await db.SaveChangesAsync(cancellationToken);
            db.ChangeTracker.Clear();
        }

        if (changed.Count == 0)
            return 0;
        if (!onlyIfEmpty)
            await CheckAsync(changed, cancellationToken);
        await NoteAsync(version, LibraryChange.Imported, by, [.. changed], cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        Announce();
        return changed.Count;
    }

    /// <summary>Refuses announcements of this transaction that have their recording in common with one of another meaning.</summary>
    private async Task CheckAsync(HashSet<string> changed, CancellationToken cancellationToken)
    {
        var next = await library.PreviewAsync(db, cancellationToken);
        using var comparisons = new ThreadLocal<Comparison>(() => new Comparison());
        var conflict = Enumerable.Range(0, next.Announcements.Count)
            .Where(i => changed.Contains(next.Announcements[i].Id))
            .AsParallel().WithCancellation(cancellationToken)
            .Select(i => (New: next.Announcements[i], Other: SameRecordings(comparisons.Value!, next.SamplesOf(i), next)
                .FirstOrDefault(same => !same.MeansTheSameAs(next.Announcements[i]))))
            .FirstOrDefault(pair => pair.Other is not null);
        if (conflict.Other is { } other)
            throw new InvalidDataException($"announcement {conflict.New.Id} is the same recording as {other.Id}, which means something else");
    }

    /// <summary>
    /// The next version, which nobody else makes until the transaction ends. Nor does anybody sort meanwhile: a recording that is being held
    /// against the library as it was would miss the change.
    /// </summary>
    private async Task<long> NextAsync(CancellationToken cancellationToken)
    {
        await GroupStore.LockAsync(db, cancellationToken);
        await db.Database.ExecuteSqlAsync($"lock table library_versions in exclusive mode", cancellationToken);
        return await LatestAsync(db, cancellationToken) + 1;
    }

    private void Put(LibraryEntry entry, long version)
    {
        entry.Version = version;
        db.Announcements.Add(entry);
    }

    private async Task NoteAsync(long version, LibraryChange change, string by, string[] announcements, CancellationToken cancellationToken)
    {
        db.LibraryVersions.Add(new LibraryVersion
        {
            Version = version,
            ChangedAt = time.GetUtcNow(),
            ChangedBy = by,
            Change = change,
            Announcements = announcements,
        });
        await db.SaveChangesAsync(cancellationToken);
        if (change != LibraryChange.Deleted)
            await HearAgainAsync(cancellationToken);
    }

    /// <summary>
    /// What nothing matched may match now: what is in no group, and what stands for one; all of a group whose exemplars' own recordings
    /// were forgotten.
    /// </summary>
    private async Task HearAgainAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await db.Database.ExecuteSqlAsync(
            $"""
            with standing as (
                select e.group_id, e.call_id from unknown_exemplars e join unknown_recordings r on r.call_id = e.call_id
            )
            update unknown_recordings r set due_at = {now}
            where coalesce(due_at, 'infinity') > {now} and (
                group_id is null
                or call_id in (select call_id from standing)
                or group_id in (select id from unknown_groups where announcement_id is null and id not in (select group_id from standing))
            )
            """,
            cancellationToken);
    }

    private static IEnumerable<Announcement> SameRecordings(Comparison comparison, ReadOnlySpan<float> samples, AnnouncementLibrary known) =>
        comparison.With(samples, known)
            .Where(kin => kin is { OfRecording: >= SameShare, OfReference: >= SameShare, Dissent: Dissent.None })
            .Select(kin => known.Announcements[kin.Reference]);
}
