using EmptyNumber.AudioClassifier.Analysis;
using EmptyNumber.AudioClassifier.Model;
using Microsoft.EntityFrameworkCore;

namespace EmptyNumber.AudioClassifier.Infrastructure;

internal static class PackImport
{
    /// <summary>Fills an empty library from the pack that comes with the service; a library with entries is left alone.</summary>
    /// <returns>The exit code, 0.</returns>
    public static async Task<int> ImportPackAsync(this WebApplication app)
    {
        await using var scope = app.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<ClassifierDb>();
        await using var transaction = await db.Database.BeginTransactionAsync();
        await db.Database.ExecuteSqlAsync($"lock table announcements in share row exclusive mode");
        if (await db.Announcements.AnyAsync())
            return 0;
        foreach (var (announcement, wav) in AnnouncementPack.ReadFiles(Path.Combine(AppContext.BaseDirectory, "Announcements")))
            db.Announcements.Add(LibraryEntry.Of(announcement, wav));
        await db.SaveChangesAsync();
        await transaction.CommitAsync();
        return 0;
    }
}
