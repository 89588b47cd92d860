using System.Net;
using System.Net.Http.Headers;
using System.Text;
using EmptyNumber.Listings.Infrastructure.Demo;
using EmptyNumber.ServiceDefaults.Authentication;
using EmptyNumber.TestSupport;

namespace EmptyNumber.Listings.Tests;

[Collection("listings")]
public sealed class PhotoTests(ListingsSuite suite)
{
    private const int MaxBytes = 5 << 20;

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    public async Task Photos_are_added_listed_replaced_and_deleted(string slash)
    {
        var house = (await suite.ItemAsync("houseinfos", suite.Admin)).TrimEnd('/');
        (await suite.Anybody.FetchAsync($"{house}/photos{slash}")).ShouldBe((200, "[]"));
        var (status, first) = await suite.Admin.UploadAsync("POST", $"{house}/photos{slash}", Drawing.OfHouse(1));
        status.ShouldBe(201, first);
        var (id, path) = Read(first);
        first.ShouldBe($$"""{"photoid":{{id}},"path":"{{path}}"}""");
        path.ShouldMatch("^/api/photos/[0-9a-f]{64}\\.png$");
        var second = (await suite.Admin.UploadAsync("POST", $"{house}/photos{slash}", Images.Jpeg)).Body;
        (await suite.Anybody.FetchAsync($"{house}/photos{slash}")).ShouldBe((200, $"[{first},{second}]"));
        (await suite.Anybody.FetchAsync($"{house}/photos/{id}{slash}")).ShouldBe((200, first));

        var (replaced, third) = await suite.Admin.UploadAsync("PUT", $"{house}/photos/{id}{slash}", Drawing.OfHouse(2));
        replaced.ShouldBe(200);
        Read(third).Id.ShouldBe(id);
        (await suite.Anybody.FetchAsync($"{house}/photos/{id}{slash}")).ShouldBe((200, third));
        (await suite.Anybody.GetByteArrayAsync(Read(third).Path)).ShouldBe(Drawing.OfHouse(2));

        (await suite.Admin.RemoveAsync($"{house}/photos/{id}{slash}")).ShouldBe((204, ""));
        (await suite.Admin.RemoveAsync($"{house}/photos/{id}{slash}")).ShouldBe((404, """{"detail":"Not Found"}"""));
        (await suite.Anybody.FetchAsync($"{house}/photos{slash}")).ShouldBe((200, $"[{second}]"));
    }

    [Fact]
    public async Task Photos_go_with_their_house_and_images_that_others_show_stay()
    {
        var houses = new[] { await suite.ItemAsync("houseinfos", suite.Admin), await suite.ItemAsync("houseinfos", suite.Admin) };
        var image = Drawing.OfHouse(1033); // that no other test shows
        List<string> paths = [];
        foreach (var house in houses)
            paths.Add(Read((await suite.Admin.UploadAsync("POST", $"{house}photos/", image)).Body).Path);
        paths[0].ShouldBe(paths[1]);

        (await suite.Admin.RemoveAsync(houses[0])).Status.ShouldBe(204);
        (await suite.Anybody.FetchAsync($"{houses[0]}photos/")).Status.ShouldBe(404);
        (await suite.Anybody.GetByteArrayAsync(paths[0])).ShouldBe(image);
        (await suite.Admin.RemoveAsync(houses[1])).Status.ShouldBe(204);
        (await suite.Anybody.FetchAsync(paths[0])).ShouldBe((404, """{"detail":"Not Found"}"""));
    }

    [Fact]
    public async Task A_photo_belongs_to_its_house()
    {
        var mine = await suite.ItemAsync("photos", suite.Admin);
        var other = await suite.ItemAsync("houseinfos", suite.Admin);
        var there = $"{other}photos/{mine.TrimEnd('/').Split('/')[^1]}/";
        (await suite.Anybody.FetchAsync(there)).Status.ShouldBe(404);
        (await suite.Admin.UploadAsync("PUT", there, Drawing.OfHouse(1))).Status.ShouldBe(404);
        (await suite.Admin.RemoveAsync(there)).Status.ShouldBe(404);
        (await suite.Admin.UploadAsync("POST", "/api/houseinfos/999999999/photos/", Drawing.OfHouse(1))).Status.ShouldBe(404);
        (await suite.Anybody.FetchAsync(mine)).Status.ShouldBe(200);
    }

    [Theory]
    [InlineData("png", "image/png", ".png")]
    [InlineData("jpeg", "image/jpeg", ".jpg")]
    [InlineData("lossy", "image/webp", ".webp")]
    [InlineData("lossless", "image/webp", ".webp")]
    public async Task An_image_is_what_its_content_says_whatever_its_name_and_can_be_cached_for_ever(string kind, string type, string extension)
    {
        var image = kind switch { "png" => Drawing.OfHouse(5), "jpeg" => Images.Jpeg, "lossy" => Images.Lossy, _ => Images.Lossless };
        var house = await suite.ItemAsync("houseinfos", suite.Admin);
        var (status, body) = await suite.Admin.UploadAsync("POST", $"{house}photos/", image, name: "../../evil.html", type: "text/html");
        status.ShouldBe(201, body);
        var path = Read(body).Path;
        path.ShouldEndWith(extension);

        using var response = await suite.Anybody.GetAsync(path);
        response.Content.Headers.ContentType!.ToString().ShouldBe(type);
        response.Headers.CacheControl!.ToString().ShouldBe("public, max-age=31536000, immutable");
        Header("X-Content-Type-Options").ShouldBe("nosniff");
        Header("Content-Security-Policy").ShouldBe("default-src 'none'; sandbox; frame-ancestors 'none'");
        (await response.Content.ReadAsByteArrayAsync()).ShouldBe(image);

        using var again = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { IfNoneMatch = { response.Headers.ETag! } } };
        using var unchanged = await suite.Anybody.SendAsync(again);
        unchanged.StatusCode.ShouldBe(HttpStatusCode.NotModified);
        (await suite.Anybody.FetchAsync(Path.ChangeExtension(path, ".html"))).Status.ShouldBe(404);
        (await suite.Anybody.FetchAsync(Path.ChangeExtension(path, null))).Status.ShouldBe(404);

        string Header(string name) => response.Headers.GetValues(name).Single();
    }

    [Fact]
    public async Task What_is_no_image_is_refused_and_nothing_is_stored()
    {
        var png = Drawing.OfHouse(7);
        byte[][] files =
        [
            [], "GIF89a"u8.ToArray(), "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"u8.ToArray(),
            "\u0089PNG\r\n\u001a\n<script>alert(1)</script>"u8.ToArray(), png[..8], png[..^12], png[..40], png[1..], [.. "<html>"u8, .. png],
            Images.Jpeg[..^2], Images.Jpeg[..20], [0xFF, 0xD8, 0xFF, 0xD9], [0xFF, 0xD8, 0xFF, 0xE0, 0, 0],
            Images.Lossy[..^5], Images.Lossless[..20], "RIFF\u0004\0\0\0WEBP"u8.ToArray(), Encoding.Latin1.GetBytes(new string('\u00FF', 5000)),
            Images.Png(0, 5), Images.Png(10_001, 1), Images.Png(1, 10_001), Images.Png(10_000, 5_001), Images.Png(-1, 5),
        ];
        var house = await suite.ItemAsync("houseinfos", suite.Admin);
        var before = suite.PhotoFiles.Count();
        foreach (var (place, file) in files.Index())
        {
            var (status, body) = await suite.Admin.UploadAsync("POST", $"{house}photos/", file, name: "photo.jpg", type: "image/jpeg");
            (status, body.StartsWith("{\"detail\":\"photo: ")).ShouldBe((400, true), $"{place}: {body}");
        }

        (await suite.Anybody.FetchAsync($"{house}photos/")).Body.ShouldBe("[]");
        suite.PhotoFiles.Count().ShouldBe(before);
        (await suite.Admin.UploadAsync("POST", $"{house}photos/", Images.Png(10_000, 5_000))).Status.ShouldBe(201);
    }

    [Fact]
    public async Task Uploads_that_are_no_form_or_too_large_are_refused()
    {
        var photos = await suite.CollectionAsync("photos", suite.Admin);
        byte[] largest = [.. Images.Jpeg[..^2], .. new byte[MaxBytes - Images.Jpeg.Length], .. Images.Jpeg[^2..]];
        (await suite.Admin.UploadAsync("POST", photos, largest)).Status.ShouldBe(201);
        (await suite.Admin.UploadAsync("POST", photos, [.. largest, 0])).ShouldBe((413, $$"""{"detail":"photo: At most {{MaxBytes}} bytes."}"""));
        (await suite.Admin.UploadAsync("POST", photos, [.. largest, .. new byte[100_000]])).ShouldBe((413, """{"detail":"Request body too large"}"""));
        (await suite.Admin.UploadAsync("POST", photos, Images.Jpeg, field: "file")).Status.ShouldBe(400);
        (await suite.Admin.SendAsync("POST", photos, "{}")).ShouldBe((415, """{"detail":"The body must be a multipart form."}"""));
        (await suite.Admin.SendAsync("POST", photos)).Status.ShouldBe(415);
        using var broken = new ByteArrayContent("--x\r\nnonsense"u8.ToArray()) { Headers = { ContentType = MediaTypeHeaderValue.Parse("multipart/form-data; boundary=x") } };
        (await suite.Admin.PostAsync(photos, broken).ReadAsync()).Status.ShouldBe(400);
    }

    private static (int Id, string Path) Read(string photo)
    {
        var json = ListingsClient.Parse(photo);
        return (json.GetProperty("photoid").GetInt32(), json.GetProperty("path").GetString()!);
    }
}
