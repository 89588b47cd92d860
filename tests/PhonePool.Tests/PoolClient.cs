using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using EmptyNumber.TestSupport;

namespace EmptyNumber.PhonePool.Tests;

/// <summary>What handsets and apps do again and again.</summary>
internal static class PoolClient
{
    public const string NothingNow = """{"code":208,"desc":"Sorry, there is no data that you need currently! Please try again later~"}""";
    public const string Incorrect = """{"code":400,"desc":"The data that you have submitted is not all correct !"}""";
    public const string Saved = """{"code":200,"msg":"Save successfully~"}""";

    public const string NoneUsed =
        """{"code":406,"desc":"Thanks for your contribution. However, as we have enough data to be used, thus we don not need your data just now. Please devote your data later~"}""";

    /// <summary>The answer to an upload of which these were used.</summary>
    public static string Used(params string[] mobiles) =>
        """{"code":200,"msg":"Thanks for your contribution. And as follows, we have used some datas that you provided, please offer their verify codes later.","phonesUsed":"""
        + JsonSerializer.Serialize(mobiles, TestClient.Json) + "}";

    public static Task<(int Status, string Body)> PostTextAsync(this HttpClient client, string path, string body, string type = "application/json") =>
        client.PostAsync(path, new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue(type))).ReadAsync();

    public static Task<(int Status, string Body)> PostItemsAsync(this HttpClient client, string path, params object[] items) =>
        client.PostTextAsync(path, JsonSerializer.Serialize(new { data = items }, TestClient.Json));

    /// <summary>Uploads mobiles that have nothing but their number.</summary>
    public static Task<(int Status, string Body)> UploadAsync(this HttpClient client, params string[] mobiles) =>
        client.PostItemsAsync("/phones", [.. mobiles.Select(mobile => new { mobile })]);

    public static async Task ResizeAsync(this HttpClient client, int size) =>
        (await client.PutAsync($"/setsize?newsize={size}", content: null).ReadAsync()).ShouldBe((200, """{"code":200,"data":"Update Successfully!"}"""));

    /// <summary>Takes mobiles for an app; none where there are none.</summary>
    public static Task<string[]> TakeAsync(this HttpClient client, string app, int count) => client.ItemsAsync($"/mobiles/{app}/{count}", "mobile");

    /// <summary>Uploads codes, of no app where null.</summary>
    public static async Task BringAsync(this HttpClient client, string? app, params (string Mobile, string Code)[] codes) =>
        (await client.PostItemsAsync("/vcodes", [.. codes.Select(code => new { mobile = code.Mobile, vcode = code.Code, appname = app })])).ShouldBe((200, Saved));

    /// <summary>Fetches the codes of an app; none where there are none.</summary>
    public static Task<string[]> CodesAsync(this HttpClient client, string app, int wait = 0) => client.ItemsAsync($"/vcodes/{app}?wait={wait}", "vcode");

    /// <summary>Mobile numbers with these last digits.</summary>
    public static string[] Mobiles(int count, int first = 0) => [.. Enumerable.Range(first, count).Select(i => $"139{i:00000000}")];

    private static async Task<string[]> ItemsAsync(this HttpClient client, string path, string property)
    {
        var (status, body) = await client.FetchAsync(path);
        if (status == 208)
            return [];
        status.ShouldBe(200, body);
        return [.. JsonDocument.Parse(body).RootElement.GetProperty("data").EnumerateArray().Select(item => item.GetProperty(property).GetString()!)];
    }
}
