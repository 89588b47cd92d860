using System.Collections.Concurrent;
using System.Data;
using System.Diagnostics;
using EmptyNumber.AudioClassifier.Analysis;
using EmptyNumber.ServiceDefaults.Loops;
using Microsoft.EntityFrameworkCore;

namespace EmptyNumber.AudioClassifier.Infrastructure;

/// <summary>A library at one version.</summary>
/// <param name="Version">The version, 0 before the first change.</param>
/// <param name="Announcements">What it had then.</param>
internal sealed record LibraryAt(long Version, AnnouncementLibrary Announcements);

/// <summary>
/// The announcement library in force, indexed in memory before the first recording arrives. It looks for a new version every second;
/// what is new is prepared aside and then takes the place of the old, so recordings never wait, and each is heard with one version.
/// </summary>
internal sealed partial class Library(IServiceScopeFactory scopes, LibrarySignal signal, ILogger<Library> logger) : WokenLoop(signal, logger)
{
    /// <summary>Preparing so many leaves more behind than they take themselves; it is given back at once, for which recordings wait a moment.</summary>
    private const int Many = 100;

    private readonly ILogger _logger = logger;
    private readonly SemaphoreSlim _refreshing = new(1, 1);
    private Dictionary<string, Entry> _entries = [];
    private volatile LibraryAt? _current;

    /// <summary>What recordings are compared with now.</summary>
    public LibraryAt Current => _current ?? throw new InvalidOperationException("The library is read when the host starts.");

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await WorkAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    /// <summary>Brings the library in force to the version that a transaction sees, whose isolation must keep it from seeing another meanwhile.</summary>
    public async Task<LibraryAt> RefreshAsync(ClassifierDb db, CancellationToken cancellationToken)
    {
        await _refreshing.WaitAsync(cancellationToken);
        try
        {
            var version = await LibraryChanges.LatestAsync(db, cancellationToken);
            if (_current is { } current && current.Version >= version)
                return current;
            var watch = Stopwatch.StartNew();
            var entries = await PrepareAsync(db, cancellationToken);
            var prepared = entries.Count(entry => !_entries.TryGetValue(entry.Key, out var known) || known.Version != entry.Value.Version);
            _entries = entries;
            _current = new LibraryAt(version, Index(_entries));
            if (prepared >= Many)
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            Loaded(_logger, version, _entries.Count, watch.ElapsedMilliseconds);
            return _current;
        }
        finally
        {
            _refreshing.Release();
        }
    }

    /// <summary>The library that would be in force if a transaction committed what it has changed.</summary>
    public async Task<AnnouncementLibrary> PreviewAsync(ClassifierDb db, CancellationToken cancellationToken) =>
        Index(await PrepareAsync(db, cancellationToken));

    public override void Dispose()
    {
        _refreshing.Dispose();
        base.Dispose();
    }

    protected override async Task<bool> WorkAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<ClassifierDb>();
        if (_current is not null && await LibraryChanges.LatestAsync(db, cancellationToken) <= _current.Version)
            return false;
        await using var transaction = await db.Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        await RefreshAsync(db, cancellationToken);
        return false;
    }

    /// <summary>The entries of the database: those that were here already as they are, the others read and prepared.</summary>
    private async Task<Dictionary<string, Entry>> PrepareAsync(ClassifierDb db, CancellationToken cancellationToken)
    {
        var versions = await db.Announcements.Select(entry => new { entry.Id, entry.Version }).ToListAsync(cancellationToken);
        var entries = new ConcurrentDictionary<string, Entry>(StringComparer.Ordinal);
        List<string> missing = [];
        foreach (var entry in versions)
        {
            if (_entries.TryGetValue(entry.Id, out var known) && known.Version == entry.Version)
                entries[entry.Id] = known;
            else
                missing.Add(entry.Id);
        }

        // Read one by one while those before are prepared: their audio is never in memory all at once.
        var read = db.Announcements.AsNoTracking().Where(entry => missing.Contains(entry.Id)).AsAsyncEnumerable();
        await Parallel.ForEachAsync(read, cancellationToken, (entry, _) =>
        {
            entries[entry.Id] = new Entry(entry.Version, Reference.Prepare(entry.ToAnnouncement()));
            return ValueTask.CompletedTask;
        });
        return new(entries, StringComparer.Ordinal);
    }

    private static AnnouncementLibrary Index(Dictionary<string, Entry> entries) =>
        AnnouncementLibrary.Of(entries.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => entry.Value.Reference));

    private sealed record Entry(long Version, Reference Reference);

    [LoggerMessage(LogLevel.Information, "Version {Version} of the library is in force: {Count} announcements, indexed in {ElapsedMs} ms")]
    private static partial void Loaded(ILogger logger, long version, int count, long elapsedMs);
}
