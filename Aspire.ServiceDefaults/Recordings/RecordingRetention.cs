using Microsoft.Extensions.Options;

namespace EmptyNumber.ServiceDefaults.Recordings;

/// <summary>Removes recordings that are not kept any longer: by age, and the oldest beyond a total size.</summary>
public sealed class RecordingRetention(IRecordingStore store, IOptions<RecordingOptions> options, TimeProvider time)
{
    /// <summary>Whoever still needs a recording, such as the classifier, asks for it within this; nothing younger is removed.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromDays(1);

    /// <summary>Sweeps once, page by page. Whoever dies in between leaves a store that is whole; the next sweep goes on.</summary>
    public async Task<SweepResult> SweepAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await store.TidyAsync(now - Grace, cancellationToken);
        var keptFrom = now - options.Value.KeepFor;
        if (options.Value.MaxBytes is { } most && await FirstWithinAsync(most, cancellationToken) is var first && first > keptFrom)
            keptFrom = first < now - Grace ? first : now - Grace;

        var removed = 0;
        var (kept, bytes) = (0L, 0L);
        await foreach (var page in store.ListAsync(cancellationToken))
        {
            StoredRecording[] old = [.. page.Where(recording => recording.SavedAt < keptFrom)];
            if (old.Length > 0)
                removed += await store.RemoveAsync(old, cancellationToken);
            kept += page.Count - old.Length;
            bytes += page.Where(recording => recording.SavedAt >= keptFrom).Sum(recording => recording.Bytes);
        }

        return new SweepResult(removed, kept, bytes);
    }

    /// <summary>The earliest minute from which on all recordings are no more than so many bytes.</summary>
    private async Task<DateTimeOffset> FirstWithinAsync(long most, CancellationToken cancellationToken)
    {
        // By minutes, as every single one would be too many to keep in mind.
        var bytesOf = new SortedDictionary<long, long>(Comparer<long>.Create((a, b) => b.CompareTo(a)));
        await foreach (var page in store.ListAsync(cancellationToken))
        {
            foreach (var recording in page)
            {
                var minute = recording.SavedAt.UtcTicks / TimeSpan.TicksPerMinute;
                bytesOf[minute] = bytesOf.GetValueOrDefault(minute) + recording.Bytes;
            }
        }

        var sum = 0L;
        foreach (var (minute, bytes) in bytesOf)
        {
            if ((sum += bytes) > most)
                return new DateTimeOffset((minute + 1) * TimeSpan.TicksPerMinute, TimeSpan.Zero);
        }

        return DateTimeOffset.MinValue;
    }
}

/// <summary>What a sweep did.</summary>
/// <param name="Removed">Recordings that are gone.</param>
/// <param name="Kept">Recordings that are there.</param>
/// <param name="KeptBytes">Their length in all.</param>
public sealed record SweepResult(int Removed, long Kept, long KeptBytes);
