using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace EmptyNumber.TestSupport;

/// <summary>What tests ask of an API again and again.</summary>
public static class TestClient
{
    /// <summary>Writes 中国移动 as it is.</summary>
    public static JsonSerializerOptions Json { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The status and the body of an answer.</summary>
    public static async Task<(int Status, string Body)> ReadAsync(this Task<HttpResponseMessage> sending)
    {
        using var response = await sending;
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <summary>GET.</summary>
    public static Task<(int Status, string Body)> FetchAsync(this HttpClient client, string path) => client.GetAsync(path).ReadAsync();

    /// <summary>The counters of a task that has ended, as JSON, as the last of its events tells them.</summary>
    public static async Task<string> StateCountsAsync(this HttpClient customer, long task)
    {
        SseItem<string>? last = null;
        await foreach (var item in SseParser.Create(await customer.GetStreamAsync($"/detect/{task}/events/")).EnumerateAsync())
            last = item;
        return JsonDocument.Parse(last!.Value.Data).RootElement.GetProperty("states").GetRawText();
    }

    /// <summary>Sends a body as JSON; a string as it is.</summary>
    public static async Task<(int Status, string Body)> SendAsync(this HttpClient client, string method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null)
            request.Content = new StringContent(body as string ?? JsonSerializer.Serialize(body, Json), Encoding.UTF8, "application/json");
        return await client.SendAsync(request).ReadAsync();
    }
}
