using System.Text.Json;
using EmptyNumber.TestSupport;

namespace EmptyNumber.Listings.Tests;

/// <summary>What a front end does again and again.</summary>
internal static class ListingsClient
{
    public static Task<(int Status, string Body)> PostAsync(this HttpClient client, string path, object body) => client.SendAsync("POST", path, body);

    public static Task<(int Status, string Body)> PutAsync(this HttpClient client, string path, object body) => client.SendAsync("PUT", path, body);

    public static Task<(int Status, string Body)> RemoveAsync(this HttpClient client, string path) => client.SendAsync("DELETE", path);

    /// <summary>The JSON at a path, which has to be there.</summary>
    public static async Task<JsonElement> GetJsonAsync(this HttpClient client, string path)
    {
        var (status, body) = await client.FetchAsync(path);
        status.ShouldBe(200, $"{path}: {body}");
        return Parse(body);
    }

    /// <summary>Adds something, which has to succeed.</summary>
    /// <returns>Its id, the first property of the answer.</returns>
    public static async Task<int> CreateAsync(this HttpClient client, string path, object body)
    {
        var (status, answer) = await client.PostAsync(path, body);
        status.ShouldBe(201, $"{path}: {answer}");
        return Parse(answer).EnumerateObject().First().Value.GetInt32();
    }

    /// <summary>Walks a list from page to page by its own links.</summary>
    public static async Task<List<JsonElement>> WalkAsync(this HttpClient client, string path)
    {
        List<JsonElement> all = [];
        for (string? next = path; next is not null;)
        {
            var page = await client.GetJsonAsync(next);
            all.AddRange(page.GetProperty("results").EnumerateArray());
            next = page.GetProperty("next").GetString();
        }

        return all;
    }

    public static JsonElement Parse(string json) => JsonDocument.Parse(json).RootElement;

    /// <summary>A name that no other test has.</summary>
    public static string Unique(string prefix = "") => $"{prefix}{Guid.NewGuid():N}";
}
