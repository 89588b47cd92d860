using System.Net.Http.Headers;
using EmptyNumber.Listings.Infrastructure.Demo;
using EmptyNumber.TestSupport;

namespace EmptyNumber.Listings.Tests;

/// <summary>Things to write, of every kind.</summary>
internal static class Things
{
    /// <summary>A body that is taken, of a resource that is written as JSON.</summary>
    public static async Task<Dictionary<string, object?>> BodyAsync(this ListingsSuite suite, string resource) => resource switch
    {
        "agents" => new() { ["name"] = "袁晓梦", ["tel"] = "158173555285", ["servstar"] = 5, ["realstar"] = 4, ["profstar"] = 3, ["certificated"] = 1 },
        "estates" => new() { ["name"] = "世纪锦苑", ["hot"] = 100, ["intro"] = "一环路旁", ["distid"] = 510107 },
        "housetypes" => new() { ["name"] = "两室一厅" },
        "tags" => new() { ["content"] = "近地铁" },
        _ => new()
        {
            ["title"] = "整租·幸福里 两室一厅",
            ["area"] = 89.5,
            ["floor"] = 12,
            ["totalfloor"] = 30,
            ["direction"] = "南",
            ["price"] = 3200,
            ["priceunit"] = "元/月",
            ["detail"] = "家具齐全",
            ["mainphoto"] = "",
            ["pubdate"] = "2026-05-06",
            ["street"] = "深南东路",
            ["hassubway"] = true,
            ["isshared"] = 0,
            ["hasagentfees"] = false,
            ["typeid"] = await suite.Admin.CreateAsync("/api/housetypes/", new { name = "两室一厅" }),
            ["distid"] = 440303,
        },
    };

    /// <summary>Where things of a kind are added; a house of the owner's for photos.</summary>
    public static async Task<string> CollectionAsync(this ListingsSuite suite, string resource, HttpClient owner) =>
        resource == "photos" ? $"{await suite.ItemAsync("houseinfos", owner)}photos/" : $"/api/{resource}/";

    /// <summary>Adds something, in the name of its owner.</summary>
    /// <returns>Where it is.</returns>
    public static async Task<string> ItemAsync(this ListingsSuite suite, string resource, HttpClient owner)
    {
        var collection = await suite.CollectionAsync(resource, owner);
        var (status, body) = await suite.WriteAsync(owner, resource, "POST", collection);
        status.ShouldBe(201, body);
        return $"{collection}{ListingsClient.Parse(body).EnumerateObject().First().Value.GetInt32()}/";
    }

    /// <summary>A good write of a kind.</summary>
    public static async Task<(int Status, string Body)> WriteAsync(this ListingsSuite suite, HttpClient client, string resource, string method, string path)
    {
        if (method == "DELETE")
            return await client.RemoveAsync(path);
        if (resource != "photos")
            return await client.SendAsync(method, path, await suite.BodyAsync(resource));
        return await client.UploadAsync(method, path, Drawing.OfHouse(Random.Shared.Next(100)));
    }

    /// <summary>Uploads a file as a photo.</summary>
    public static async Task<(int Status, string Body)> UploadAsync(
        this HttpClient client, string method, string path, byte[] file, string field = "photo", string name = "photo.png", string type = "image/png")
    {
        using var form = new MultipartFormDataContent();
        var content = new ByteArrayContent(file);
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        form.Add(content, field, name);
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = form };
        return await client.SendAsync(request).ReadAsync();
    }
}
