using EmptyNumber.Listings.Infrastructure;
using EmptyNumber.Listings.Infrastructure.Demo;
using EmptyNumber.ServiceDefaults.Authentication;
using EmptyNumber.ServiceDefaults.Recordings;
using EmptyNumber.TestSupport;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace EmptyNumber.Listings.Tests;

[Collection("listings")]
public sealed class SweepTests(ListingsSuite suite) : IAsyncLifetime
{
    private readonly FakeTimeProvider _clock = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("en-photos-");
    private ServiceHost<ListingsDb>? _service;
    private HttpClient _admin = null!;
    private string _photos = "";

    private string[] Files => [.. _folder.EnumerateFiles("*.photo", SearchOption.AllDirectories).Select(file => Path.GetFileNameWithoutExtension(file.Name)).Order()];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        _admin?.Dispose();
        if (_service is not null)
            await _service.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task An_image_that_no_photo_shows_goes_with_the_next_sweep_once_it_is_a_day_old()
    {
        await StartAsync();
        var shown = await ShowAsync(Drawing.OfHouse(1));
        var old = await ShowAsync(Drawing.OfHouse(2));
        _clock.Advance(TimeSpan.FromHours(25));
        var young = await ShowAsync(Drawing.OfHouse(3));
        foreach (var photo in new[] { old, young })
            (await _admin.RemoveAsync(photo.At)).Status.ShouldBe(204);

        _clock.Advance(TimeSpan.FromHours(1));
        await Eventually.Be(() => string.Join(' ', Files), string.Join(' ', new[] { shown.Image, young.Image }.Order()));
        _clock.Advance(TimeSpan.FromHours(24));
        await Eventually.Be(() => string.Join(' ', Files), shown.Image);
        (await _admin.GetByteArrayAsync(shown.Path)).ShouldBe(Drawing.OfHouse(1));
    }

    [Fact]
    public async Task An_image_that_is_uploaded_again_while_it_is_removed_is_there_afterwards()
    {
        var bucket = await StartWithOldImageAsync(it => [it.Removing]);
        _clock.Advance(TimeSpan.FromHours(1));
        await bucket.Removing.Reached;

        var uploading = ShowAsync(Images.Jpeg);
        await Eventually.Async(async () => uploading.IsCompleted || await SomebodyWaitsAsync(), () => "neither uploaded nor waiting");
        bucket.Removing.Open();

        (await _admin.GetByteArrayAsync((await uploading).Path)).ShouldBe(Images.Jpeg);
    }

    [Fact]
    public async Task An_image_that_is_uploaded_again_before_it_is_removed_stays()
    {
        var bucket = await StartWithOldImageAsync(it => [it.Listed, it.Saved]);
        _clock.Advance(TimeSpan.FromHours(1));
        await bucket.Listed.Reached;

        var uploading = ShowAsync(Images.Jpeg);
        await bucket.Saved.Reached;
        bucket.Listed.Open();
        await Eventually.Async(async () => bucket.IsEmpty || await SomebodyWaitsAsync(), () => "neither removed nor waiting");
        bucket.Saved.Open();

        (await _admin.GetByteArrayAsync((await uploading).Path)).ShouldBe(Images.Jpeg);
    }

    /// <summary>Starts the service, with a house that has no photos.</summary>
    private async Task StartAsync(IRecordingStore? store = null)
    {
        _service = await suite.StartAloneAsync(_clock, _folder, store);
        _admin = _service.CreateClient(suite.People.Issue(Roles.Admin));
        var body = await suite.BodyAsync("houseinfos");
        body["typeid"] = await _admin.CreateAsync("/api/housetypes/", new { name = "开间" });
        _photos = $"/api/houseinfos/{await _admin.CreateAsync("/api/houseinfos/", body)}/photos/";
    }

    /// <summary>Starts the service on a bucket with an image that no photo shows any longer and that goes with the next sweep.</summary>
    /// <param name="gates">Which are closed from then on.</param>
    private async Task<Bucket> StartWithOldImageAsync(Func<Bucket, Gate[]> gates)
    {
        var bucket = new Bucket(_clock);
        await StartAsync(bucket);
        var photo = await ShowAsync(Images.Jpeg);
        _clock.Advance(TimeSpan.FromHours(25));
        await Eventually.Be(() => bucket.ListedAt, _clock.GetUtcNow());
        foreach (var gate in gates(bucket))
            gate.Close();
        (await _admin.RemoveAsync(photo.At)).Status.ShouldBe(204);
        return bucket;
    }

    /// <summary>Adds a photo.</summary>
    /// <returns>Where it is, where its image is, and the image's id.</returns>
    private async Task<(string At, string Path, string Image)> ShowAsync(byte[] image)
    {
        var (status, body) = await _admin.UploadAsync("POST", _photos, image);
        status.ShouldBe(201, body);
        var photo = ListingsClient.Parse(body);
        var path = photo.GetProperty("path").GetString()!;
        return ($"{_photos}{photo.GetProperty("photoid")}/", path, Path.GetFileNameWithoutExtension(path));
    }

    private async Task<bool> SomebodyWaitsAsync()
    {
        await using var scope = _service!.Services.CreateAsyncScope();
        return (await scope.ServiceProvider.GetRequiredService<ListingsDb>().Database.SqlQuery<bool>(
            $"""
            select exists (
                select from pg_locks l join pg_database d on d.oid = l.database
                where locktype = 'advisory' and not granted and datname = current_database()) as "Value"
            """).ToListAsync()).Single();
    }
}
