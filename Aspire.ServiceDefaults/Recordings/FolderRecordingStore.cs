using System.Runtime.CompilerServices;
using EmptyNumber.ServiceDefaults.Errors;

namespace EmptyNumber.ServiceDefaults.Recordings;

/// <summary>Recordings in a folder that all replicas share: <c>ab/cd/abcd….wav</c>.</summary>
/// <remarks>
/// Files change places by renaming alone, and always by way of <c>passage/</c>: a recording is written there and comes to its place
/// complete; one that is to go is taken there before its age is looked at, so that it cannot be saved again in between.
/// </remarks>
internal sealed class FolderRecordingStore(string folder, TimeProvider time, StoreKind? kind = null) : IRecordingStore
{
    private readonly StoreKind _kind = kind ?? StoreKind.Recordings;
    private readonly string _passage = Path.Combine(folder, "passage");

    public Task<string> SaveAsync(ReadOnlyMemory<byte> recording, CancellationToken cancellationToken) => GuardAsync(async () =>
    {
        var id = RecordingId.Of(recording);
        var place = PlaceOf(id);
        var directory = Path.GetDirectoryName(place)!;
        var unfinished = Path.Combine(_passage, $"{Guid.NewGuid():n}.tmp");
        Directory.CreateDirectory(_passage);
        Directory.CreateDirectory(directory);
        try
        {
            await using (var file = new FileStream(unfinished, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, useAsync: true))
            {
                await file.WriteAsync(recording, cancellationToken);
                file.Flush(flushToDisk: true);
            }

            File.SetLastWriteTimeUtc(unfinished, time.GetUtcNow().UtcDateTime);
            File.Move(unfinished, place, overwrite: true);
        }
        finally
        {
            File.Delete(unfinished);
        }

        // Each time, as another process may have made these directories a moment ago.
        foreach (var changed in new[] { directory, Path.GetDirectoryName(directory)!, folder })
            DirectoryFlush.ToDisk(changed);
        return id;
    });

    public Task<byte[]?> ReadAsync(string id, CancellationToken cancellationToken) => GuardAsync(async () =>
    {
        try
        {
            return RecordingId.IsValid(id) ? await File.ReadAllBytesAsync(PlaceOf(id), cancellationToken) : null;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    });

    public async IAsyncEnumerable<IReadOnlyList<StoredRecording>> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var directory in await GuardAsync(() => Task.FromResult(Directory.GetDirectories(folder, "??"))))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return await GuardAsync(() => Task.FromResult(Recordings(directory)));
        }
    }

    public Task<int> RemoveAsync(IReadOnlyList<StoredRecording> recordings, CancellationToken cancellationToken) => GuardAsync(() => Task.FromResult(recordings.Count(recording =>
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Remove(recording);
    })));

    public Task TidyAsync(DateTimeOffset before, CancellationToken cancellationToken) => GuardAsync(() =>
    {
        foreach (var file in new DirectoryInfo(_passage).EnumerateFiles())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (file.LastWriteTimeUtc < before)
                file.Delete();
            else if (_kind.FromFileName(file.Name) is { } id)
                Restore(file.FullName, id); // saved again just before it was taken away
        }

        return Task.FromResult(true);
    });

    public Task VerifyAsync(CancellationToken cancellationToken)
    {
        try
        {
            Directory.CreateDirectory(_passage);
            return Task.CompletedTask;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidOperationException($"{_kind.Section}:Path: {folder} cannot be used: {e.Message}", e);
        }
    }

    private bool Remove(StoredRecording recording)
    {
        var taken = Path.Combine(_passage, _kind.FileName(recording.Id));
        try
        {
            File.Move(PlaceOf(recording.Id), taken, overwrite: true);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }

        if (File.GetLastWriteTimeUtc(taken) > recording.SavedAt)
        {
            Restore(taken, recording.Id);
            return false;
        }

        File.Delete(taken);
        return true;
    }

    private void Restore(string taken, string id)
    {
        var place = PlaceOf(id);
        try
        {
            File.Move(taken, place);
        }
        catch (IOException) when (File.Exists(place))
        {
            File.Delete(taken); // saved once more meanwhile, and newer
        }
    }

    private List<StoredRecording> Recordings(string directory) =>
    [
        .. from file in new DirectoryInfo(directory).EnumerateFiles("*", SearchOption.AllDirectories)
           let id = _kind.FromFileName(file.Name)
           where id is not null && file.Exists
           select new StoredRecording(id, file.Length, file.LastWriteTimeUtc),
    ];

    private string PlaceOf(string id) => Path.Combine(folder, id[..2], id[2..4], _kind.FileName(id));

    /// <summary>A disk that is full or away is somebody's to repair; until then whoever needs it waits.</summary>
    private async Task<T> GuardAsync<T>(Func<Task<T>> operation)
    {
        try
        {
            return await operation();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UnavailableException($"The {_kind.Section.ToLowerInvariant()} in {folder} cannot be used now: {e.Message}", e);
        }
    }
}
