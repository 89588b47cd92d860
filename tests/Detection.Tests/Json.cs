using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace EmptyNumber.Detection.Tests;

/// <summary>Calls as a customer makes them, and what comes back as JSON.</summary>
internal static class Json
{
    public static async Task<JsonElement> ReadAsync(this HttpResponseMessage response, HttpStatusCode expected = HttpStatusCode.OK)
    {
        var text = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(expected, text);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/json");
        return JsonDocument.Parse(text).RootElement;
    }

    public static async Task<JsonElement> GetJsonAsync(this HttpClient client, string path, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var response = await client.GetAsync(path);
        return await response.ReadAsync(expected);
    }

    public static Task<HttpResponseMessage> PostTextAsync(this HttpClient client, string path, string body, string contentType = "application/json") =>
        client.PostAsync(path, new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue(contentType)));

    /// <summary>Submits numbers; gives the task's id.</summary>
    public static async Task<long> SubmitAsync(this HttpClient client, params string[] numbers)
    {
        using var response = await client.PostTextAsync("/detect/", JsonSerializer.Serialize(new { numbers, max_age_hours = 0 }));
        return (await response.ReadAsync()).GetProperty("task_id").GetInt64();
    }

    public static IEnumerable<string> Numbers(this JsonElement records) =>
        records.EnumerateArray().Select(record => record.GetProperty("number").GetString()!);

    public static IEnumerable<string> Names(this JsonElement json) => json.EnumerateObject().Select(property => property.Name);
}
