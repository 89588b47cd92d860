using System.Diagnostics;
using EmptyNumber.AudioClassifier.Analysis;
using Microsoft.EntityFrameworkCore;

namespace EmptyNumber.AudioClassifier.Infrastructure;

/// <summary>The announcement library in force, indexed in memory before the first recording arrives.</summary>
internal sealed partial class Library(IServiceScopeFactory scopes, ILogger<Library> logger) : IHostedService
{
    private AnnouncementLibrary? _current;

    /// <summary>What recordings are compared with now.</summary>
    public AnnouncementLibrary Current => _current ?? throw new InvalidOperationException("The library is read when the host starts.");

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        await using var scope = scopes.CreateAsyncScope();
        var entries = await scope.ServiceProvider.GetRequiredService<ClassifierDb>().Announcements.AsNoTracking()
            .OrderBy(entry => entry.Id).ToListAsync(cancellationToken);
        _current = AnnouncementLibrary.Build(entries.Select(entry => entry.ToAnnouncement()));
        Loaded(logger, entries.Count, watch.ElapsedMilliseconds);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(LogLevel.Information, "The library has {Count} announcements, indexed in {ElapsedMs} ms")]
    private static partial void Loaded(ILogger logger, int count, long elapsedMs);
}
