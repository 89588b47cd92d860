using EmptyNumber.AudioClassifier.Analysis;
using EmptyNumber.AudioClassifier.Grouping;
using EmptyNumber.AudioClassifier.Model;
using Microsoft.EntityFrameworkCore;

namespace EmptyNumber.AudioClassifier.Infrastructure;

/// <summary>Makes an announcement of a group of unknown recordings, whose calls are settled by that.</summary>
internal sealed class UnknownLabels(ClassifierDb db, LibraryChanges changes, SettlingSignal signal)
{
    /// <summary>Labels a group.</summary>
    /// <param name="group">The group.</param>
    /// <param name="entryOf">Makes an entry of an exemplar's speech.</param>
    /// <param name="by">Who labels it.</param>
    /// <param name="cancellationToken">Ends it; nothing has changed then.</param>
    /// <returns>What came of it, and how many recordings are to be settled; null where there is no such group.</returns>
    public async Task<(Enrolled Enrolled, int Recordings)?> LabelAsync(long group, Func<float[], LibraryEntry> entryOf, string by, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await GroupStore.LockAsync(db, cancellationToken);
        if (await db.UnknownGroups.SingleOrDefaultAsync(g => g.Id == group && g.AnnouncementId == null, cancellationToken) is not { } labelled)
            return null;
        var exemplars = await db.UnknownExemplars.AsNoTracking().Where(exemplar => exemplar.GroupId == group)
            .OrderByDescending(exemplar => exemplar.Worth).ThenBy(exemplar => exemplar.Id).ToListAsync(cancellationToken);
        var entries = Needed([.. exemplars.Select(exemplar => WavReader.Read(exemplar.Audio).Samples)]).Select(entryOf).ToList();
        var enrolled = await changes.EnrolAsync(entries, LibraryChange.Labelled, by, cancellationToken);
        if (enrolled.Result == EnrolledAs.Conflict)
            return (enrolled, 0);

        labelled.AnnouncementId = enrolled.Announcement.Id;
        labelled.LibraryVersion = enrolled.Version;
        await db.SaveChangesAsync(cancellationToken);
        await db.UnknownRecordings.Where(recording => recording.GroupId == group)
            .ExecuteUpdateAsync(set => set.SetProperty(recording => recording.DueAt, (DateTimeOffset?)null), cancellationToken);
        await db.UnknownExemplars.Where(exemplar => exemplar.GroupId == group).ExecuteDeleteAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        changes.Announce();
        signal.Wake();
        return (enrolled, labelled.Recordings);
    }

    /// <summary>The exemplars that say what no other one says: the best, and each that it does not contain.</summary>
    private static List<float[]> Needed(List<float[]> exemplars)
    {
        const double most = 0.75;
        var comparison = new Comparison();
        List<float[]> needed = [exemplars[0]];
        foreach (var exemplar in exemplars.Skip(1))
        {
            var chosen = AnnouncementLibrary.Build(needed.Select((samples, i) =>
                new Announcement($"{i}", Contracts.NumberState.Unknown, null, false, "", "", "", samples)));
            if (!comparison.With(exemplar, chosen).Any(kin => kin.OfRecording >= most))
                needed.Add(exemplar);
        }

        return needed;
    }
}
