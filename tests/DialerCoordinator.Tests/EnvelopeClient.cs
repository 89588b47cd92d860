using System.Net;
using System.Text;
using System.Text.Json;

namespace EmptyNumber.DialerCoordinator.Tests;

/// <summary>Calls the coordinator through the gateway, and checks the form of its answers.</summary>
public class EnvelopeClient(HttpClient gateway)
{
    public HttpClient Http => gateway;

    public Task<JsonElement> GetAsync(string path, int expected = 200) => SendAsync("GET", path, expected);

    public Task<JsonElement> PostAsync(string path, string body, int expected = 200, string type = "application/json") =>
        SendAsync("POST", path, expected, new StringContent(body, Encoding.UTF8, type));

    public async Task<JsonElement> SendAsync(string method, string path, int expected = 200, HttpContent? body = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = body };
        using var response = await Http.SendAsync(request);
        return await ReadAsync(response, expected);
    }

    /// <summary>Checks the envelope; gives its data.</summary>
    protected static async Task<JsonElement> ReadAsync(HttpResponseMessage response, int expected)
    {
        var text = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe((HttpStatusCode)expected, text);
        var json = JsonDocument.Parse(text).RootElement;
        json.EnumerateObject().Select(property => property.Name).ShouldBe(["code", "msg", "data"]);
        json.GetProperty("code").GetInt32().ShouldBe(expected);
        if (expected == 200)
            json.GetProperty("msg").GetString().ShouldBe("");
        else
            json.GetProperty("msg").GetString().ShouldNotBeNullOrEmpty();
        return json.GetProperty("data");
    }
}
