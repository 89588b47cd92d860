using EmptyNumber.Listings.Apis;
using EmptyNumber.Listings.Images;
using EmptyNumber.Listings.Model;
using EmptyNumber.ServiceDefaults.Recordings;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace EmptyNumber.Listings.Infrastructure.Demo;

/// <summary>Fills an empty database with listings, for development.</summary>
internal static class DemoListings
{
    /// <summary>Adds them unless there is something already; safe when several do it at once.</summary>
    public static async Task AddDemoListingsAsync(this WebApplication app)
    {
        await using var scope = app.Services.CreateAsyncScope();
        var services = scope.ServiceProvider;
        var db = services.GetRequiredService<ListingsDb>();
        var store = services.GetRequiredService<IRecordingStore>();
        await using var transaction = await db.KeepImagesAsync(CancellationToken.None);
        await db.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock(hashtext('demo listings'))");
        if (await db.HouseTypes.AnyAsync())
            return;
        foreach (var (house, image) in DemoHouses.Create(services.GetRequiredService<TimeProvider>().GetUtcNow(), services.GetRequiredService<IOptions<ListingsOptions>>().Value))
        {
            var photo = new Photo { House = house, Image = await store.SaveAsync(image, CancellationToken.None), Format = ImageFormat.Png };
            house.MainPhoto = ImagesApi.PathOf(photo);
            db.Add(photo);
        }

        await db.SaveChangesAsync();
        await transaction.CommitAsync();
    }
}
