using System.Text.Json;
using EmptyNumber.AudioClassifier.Analysis;
using EmptyNumber.AudioClassifier.Infrastructure;
using EmptyNumber.AudioClassifier.Model;
using Microsoft.EntityFrameworkCore;

namespace EmptyNumber.AudioClassifier.Grouping;

/// <summary>The groups of the database, and their exemplars in memory while this replica sorts.</summary>
/// <remarks>
/// One replica sorts at a time: whoever changes groups holds the lock, so that two that hear the first two recordings of an announcement
/// at once found one group. The exemplars are brought up to date under the lock; after a failure they are read anew.
/// </remarks>
internal sealed class GroupStore
{
    private Groups _groups = new();

    /// <summary>Waits for the lock; it lasts until the transaction ends.</summary>
    public static Task LockAsync(ClassifierDb db, CancellationToken cancellationToken) =>
        db.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock(hashtext('unknown groups'))", cancellationToken);

    /// <summary>Takes the lock if nobody has it.</summary>
    public static async Task<bool> TryLockAsync(ClassifierDb db, CancellationToken cancellationToken) =>
        (await db.Database.SqlQuery<bool>($"select pg_try_advisory_xact_lock(hashtext('unknown groups')) as \"Value\"").ToListAsync(cancellationToken))[0];

    /// <summary>Forgets what is in memory: a transaction was lost.</summary>
    public void Forget() => _groups = new Groups();

    /// <summary>Brings the exemplars in memory to what the database has.</summary>
    public async Task RefreshAsync(ClassifierDb db, CancellationToken cancellationToken)
    {
        var kept = await db.UnknownExemplars.Select(exemplar => new { exemplar.Id, exemplar.GroupId }).ToDictionaryAsync(
            exemplar => exemplar.Id, exemplar => exemplar.GroupId, cancellationToken);
        foreach (var (exemplar, group) in _groups.Exemplars.ToList())
        {
            if (!kept.Remove(exemplar, out var now))
                _groups.Remove(exemplar);
            else if (now != group)
                _groups.Move(exemplar, now);
        }

        long[] missing = [.. kept.Keys];
        await foreach (var exemplar in db.UnknownExemplars.AsNoTracking().Where(e => missing.Contains(e.Id)).AsAsyncEnumerable().WithCancellation(cancellationToken))
            _groups.Add(exemplar.Id, exemplar.GroupId, new Take(WavReader.Read(exemplar.Audio).Samples, exemplar.Worth));
    }

    /// <summary>Gives a recording its place.</summary>
    /// <param name="db">In the transaction that holds the lock.</param>
    /// <param name="recording">The recording, tracked.</param>
    /// <param name="take">Its speech.</param>
    /// <param name="startS">Where that begins in the recording, in seconds.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Whether it shares its place with others.</returns>
    public async Task<bool> PlaceAsync(ClassifierDb db, UnknownRecording recording, Take take, double startS, CancellationToken cancellationToken)
    {
        var own = recording.GroupId is { } id ? await db.UnknownGroups.FindAsync([id], cancellationToken) : null;
        if (own?.Recordings > 1)
            return true;
        var placement = _groups.Place(take, except: own?.Id);
        if (placement.Kind != PlacementKind.Joins)
        {
            if (own is null && placement.Kind == PlacementKind.Founds)
                await FoundAsync(db, recording, take, startS, cancellationToken);
            return false;
        }

        if (own is not null)
            await RemoveAsync(db, own, cancellationToken);
        var group = (await db.UnknownGroups.FindAsync([placement.Group], cancellationToken))!;
        group.Recordings++;
        Cover(group, recording.HeardAt, recording.HeardAt);
        recording.GroupId = group.Id;
        recording.Match = Json(placement.By!, startS);
        foreach (var other in placement.Same)
            await MergeAsync(db, (await db.UnknownGroups.FindAsync([other], cancellationToken))!, group, cancellationToken);
        if (placement.IsExemplar)
            await AddExemplarAsync(db, recording, take, cancellationToken);
        return true;
    }

    private async Task FoundAsync(ClassifierDb db, UnknownRecording recording, Take take, double startS, CancellationToken cancellationToken)
    {
        var group = new UnknownGroup { Recordings = 1, FirstHeardAt = recording.HeardAt, LastHeardAt = recording.HeardAt };
        db.UnknownGroups.Add(group);
        await db.SaveChangesAsync(cancellationToken);
        recording.GroupId = group.Id;
        recording.Match = JsonSerializer.Serialize(new GroupMatch(startS, startS + take.Seconds, 1, take.Seconds));
        await AddExemplarAsync(db, recording, take, cancellationToken);
    }

    private async Task AddExemplarAsync(ClassifierDb db, UnknownRecording recording, Take take, CancellationToken cancellationToken)
    {
        var exemplar = new UnknownExemplar
        {
            GroupId = recording.GroupId!.Value,
            CallId = recording.CallId,
            Worth = take.Worth,
            Seconds = take.Seconds,
            Audio = WavWriter.Write(take.Samples),
        };
        db.UnknownExemplars.Add(exemplar);
        await db.SaveChangesAsync(cancellationToken);
        db.Entry(exemplar).State = EntityState.Detached;
        await DropAsync(db, _groups.Add(exemplar.Id, exemplar.GroupId, take), cancellationToken);
    }

    private async Task MergeAsync(ClassifierDb db, UnknownGroup from, UnknownGroup into, CancellationToken cancellationToken)
    {
        into.Recordings += from.Recordings;
        Cover(into, from.FirstHeardAt, from.LastHeardAt);
        db.UnknownGroups.Remove(from);
        await db.SaveChangesAsync(cancellationToken);
        await db.Database.ExecuteSqlAsync($"update unknown_recordings set group_id = {into.Id} where group_id = {from.Id}", cancellationToken);
        await db.Database.ExecuteSqlAsync($"update unknown_exemplars set group_id = {into.Id} where group_id = {from.Id}", cancellationToken);
        foreach (var entry in db.ChangeTracker.Entries<UnknownRecording>().Where(entry => entry.Entity.GroupId == from.Id))
        {
            entry.Property(recording => recording.GroupId).CurrentValue = into.Id;
            entry.Property(recording => recording.GroupId).IsModified = false;
        }

        await DropAsync(db, _groups.Merge(from.Id, into.Id), cancellationToken);
    }

    /// <summary>A recording leaves its group. Where it stood for it, the others are due again; a group that nothing stands for any more is dissolved.</summary>
    public async Task LeaveAsync(ClassifierDb db, UnknownRecording recording, UnknownGroup group, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (--group.Recordings == 0)
        {
            await RemoveAsync(db, group, cancellationToken);
            return;
        }

        var exemplars = await db.UnknownExemplars.Where(exemplar => exemplar.GroupId == group.Id)
            .Select(exemplar => new { exemplar.Id, exemplar.CallId }).ToListAsync(cancellationToken);
        var own = exemplars.FindAll(exemplar => exemplar.CallId == recording.CallId).ConvertAll(exemplar => exemplar.Id);
        if (own.Count == exemplars.Count)
        {
            await DissolveAsync(db, group, now, cancellationToken);
            return;
        }

        await DropAsync(db, own, cancellationToken);
        if (own.Count > 0)
            await db.Database.ExecuteSqlAsync($"update unknown_recordings set due_at = {now} where group_id = {group.Id} and coalesce(due_at, 'infinity') > {now}", cancellationToken);
    }

    /// <summary>Nobody could hear what the group says, nor could another recording join it: each is to find a place anew.</summary>
    private async Task DissolveAsync(ClassifierDb db, UnknownGroup group, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await RemoveAsync(db, group, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        await db.Database.ExecuteSqlAsync($"update unknown_recordings set group_id = null, match = null, due_at = {now} where group_id = {group.Id}", cancellationToken);
        foreach (var entry in db.ChangeTracker.Entries<UnknownRecording>().Where(entry => entry.Entity.GroupId == group.Id).ToList())
            await entry.ReloadAsync(cancellationToken);
    }

    private async Task RemoveAsync(ClassifierDb db, UnknownGroup group, CancellationToken cancellationToken)
    {
        db.UnknownGroups.Remove(group);
        await DropAsync(db, [.. _groups.Exemplars.Where(pair => pair.Group == group.Id).Select(pair => pair.Exemplar)], cancellationToken);
    }

    private async Task DropAsync(ClassifierDb db, IReadOnlyList<long> exemplars, CancellationToken cancellationToken)
    {
        foreach (var exemplar in exemplars)
            _groups.Remove(exemplar);
        if (exemplars.Count > 0)
            await db.UnknownExemplars.Where(exemplar => exemplars.Contains(exemplar.Id)).ExecuteDeleteAsync(cancellationToken);
    }

    private static void Cover(UnknownGroup group, DateTimeOffset first, DateTimeOffset last)
    {
        group.FirstHeardAt = first < group.FirstHeardAt ? first : group.FirstHeardAt;
        group.LastHeardAt = last > group.LastHeardAt ? last : group.LastHeardAt;
    }

    private static string Json(Kinship by, double startS) => JsonSerializer.Serialize(
        new GroupMatch(startS + by.StartS, startS + by.EndS, by.Likeness, by.Evidence));
}
