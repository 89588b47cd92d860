using System.Net;
using System.Text.Json;
using EmptyNumber.Contracts;
using EmptyNumber.TestSupport;

namespace EmptyNumber.Detection.Tests;

[Collection("detection")]
public sealed class SubmitTests(DetectionService service)
{
    [Fact]
    public async Task A_batch_is_answered_as_the_document_shows()
    {
        var response = await service.NewUser().PostTextAsync("/detect/", """{"numbers":["13800138000",13900139000]}""");

        var json = await response.ReadAsync();
        json.Names().ShouldBe(["task_id", "is_batch", "len", "query_date"]);
        json.GetProperty("is_batch").GetBoolean().ShouldBeTrue();
        json.GetProperty("len").GetInt32().ShouldBe(2);
        json.GetProperty("query_date").GetString().ShouldBe(service.Clock.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss.ffffff'Z'"));
    }

    [Theory]
    [InlineData("/detect")]
    [InlineData("/detect/")]
    public async Task One_number_is_no_batch(string path)
    {
        var json = await (await service.NewUser().PostTextAsync(path, """{"numbers":["+86 138-0013-8000"],"colour":"red"}""")).ReadAsync();

        json.GetProperty("is_batch").GetBoolean().ShouldBeFalse();
        json.GetProperty("len").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task Numbers_are_published_once_each_in_messages_of_at_most_a_thousand()
    {
        var heard = await service.Bus.ListenAsync<NumbersQueued>();
        var sent = Enumerable.Range(0, 2500).Select(i => $"138{i:d8}").ToArray();

        var task = await service.NewUser().SubmitAsync(sent);

        var parts = await Eventually.Satisfy(
            () => Task.FromResult(heard.Where(message => message.TaskId == task).ToArray()), messages => messages.Length >= 3);
        parts.Select(part => part.Part).Order().ShouldBe([0, 1, 2]);
        parts.Max(part => part.Numbers.Count).ShouldBe(1000);
        parts.SelectMany(part => part.Numbers).Select(queued => queued.Number).Order().ShouldBe(sent);
        parts.SelectMany(part => part.Numbers).Select(queued => queued.RecordId).ShouldBeUnique();
    }

    [Fact]
    public async Task Duplicates_stay_duplicates()
    {
        var user = service.NewUser();

        var task = await user.SubmitAsync("13800138000", "13800138000", "+8613800138000");

        (await user.GetJsonAsync($"/phone/{task}/")).Numbers().ShouldBe(["13800138000", "13800138000", "13800138000"]);
    }

    [Fact]
    public async Task Bad_numbers_are_refused_by_index_and_nothing_is_stored()
    {
        var user = service.NewUser();

        var response = await user.PostTextAsync("/detect/", """{"numbers":["13800138000","12",null,true,1.5,{"a":[1]},-13900139000]}""");

        var json = await response.ReadAsync(HttpStatusCode.BadRequest);
        json.Names().ShouldBe(["error", "invalid"]);
        json.GetProperty("invalid").EnumerateArray()
            .Select(item => (item.GetProperty("index").GetInt32(), item.GetProperty("number").GetString()))
            .ShouldBe([(1, "12"), (2, "null"), (3, "true"), (4, "1.5"), (5, """{"a":[1]}"""), (6, "-13900139000")]);
        (await user.GetJsonAsync("/phone/")).GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Only_the_first_hundred_bad_numbers_are_listed()
    {
        var response = await service.NewUser().PostTextAsync("/detect/", JsonSerializer.Serialize(new { numbers = Enumerable.Repeat("1", 300) }));

        (await response.ReadAsync(HttpStatusCode.BadRequest)).GetProperty("invalid").GetArrayLength().ShouldBe(100);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"numbers":[]}""")]
    [InlineData("""{"numbers":null}""")]
    [InlineData("""{"numbers":"13800138000"}""")]
    [InlineData("""{"numbers":{"0":"13800138000"}}""")]
    [InlineData("""{"numbers":["13800138000"}""")]
    [InlineData("{\"numbers\":[\"\\ud800\"]}")]
    [InlineData("{\"numbers\":[\"13800138000\\u0000\"]}")]
    public async Task A_body_of_the_wrong_shape_is_refused(string body)
    {
        var user = service.NewUser();

        var response = await user.PostTextAsync("/detect/", body);

        (await response.ReadAsync(HttpStatusCode.BadRequest)).GetProperty("error").GetString().ShouldNotBeNullOrEmpty();
        (await user.GetJsonAsync("/phone/")).GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task More_numbers_than_allowed_are_refused()
    {
        var response = await service.NewUser().PostTextAsync("/detect/", JsonSerializer.Serialize(new { numbers = Enumerable.Repeat("13800138000", 5001) }));

        (await response.ReadAsync(HttpStatusCode.BadRequest)).GetProperty("error").GetString()!.ShouldContain("5000");
    }

    [Fact]
    public async Task Another_content_type_is_refused()
    {
        var response = await service.NewUser().PostTextAsync("/detect/", """{"numbers":["13800138000"]}""", "text/plain");

        (await response.ReadAsync(HttpStatusCode.UnsupportedMediaType)).GetProperty("error").GetString().ShouldNotBeNullOrEmpty();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("nonsense")]
    [InlineData("0123456789012345678901234567890123456789")]
    public async Task Without_a_token_in_force_every_operation_says_the_same(string? token)
    {
        var nobody = service.Connect(token);
        foreach (var (method, path) in new[] { ("POST", "/detect/"), ("GET", "/detect/1/process/"), ("GET", "/phone/"), ("GET", "/phone/1/"), ("DELETE", "/phone/1/"), ("GET", "/record/1/") })
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path);
            using var response = await nobody.SendAsync(request);
            response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized, $"{method} {path}");
            (await response.Content.ReadAsStringAsync()).ShouldBe("""{"error":"User Not Authorized"}""");
        }
    }

    [Fact]
    public async Task A_path_that_is_not_there_is_not_found_in_the_same_form()
    {
        (await service.NewUser().GetJsonAsync("/detect/abc/process/", HttpStatusCode.NotFound)).GetProperty("error").GetString().ShouldBe("Not Found");
        (await service.NewUser().GetJsonAsync("/phone/99999999999999999999/", HttpStatusCode.NotFound)).GetProperty("error").GetString().ShouldBe("Not Found");
    }
}
