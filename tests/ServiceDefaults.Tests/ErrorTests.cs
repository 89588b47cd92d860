using System.Text;
using System.Text.Json.Nodes;
using EmptyNumber.ServiceDefaults.Errors;
using EmptyNumber.TestSupport;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace EmptyNumber.ServiceDefaults.Tests;

public sealed class ErrorTests
{
    [Theory]
    [InlineData("""{"count":"many"}""", "$.count")]
    [InlineData("""{"count":1""", "$.count")]
    [InlineData("""[]""", "$")]
    [InlineData("", null)]
    [InlineData("null", null)]
    public async Task Malformed_JSON_is_told_with_its_place(string body, string? place)
    {
        await using var service = await StartAsync();
        var (status, text) = await service.Client.PostAsync("/orders", Json(body)).ReadAsync();
        status.ShouldBe(400);
        var error = JsonNode.Parse(text)!["error"]!.ToString();
        if (place is not null)
            error.ShouldBe($"The body is not the JSON that is expected here: {place}, line 1.");
    }

    [Theory]
    [InlineData("GET", "/flag?partial=1&count=2", "partial: this value is not allowed here")]
    [InlineData("GET", "/flag?count=two", "count: this value is not allowed here")]
    [InlineData("GET", "/flag", "count: is missing")]
    [InlineData("POST", "/orders", "The body is missing.")]
    public async Task What_is_missing_or_cannot_be_read_is_named_as_the_client_names_it(string method, string path, string message)
    {
        await using var service = await StartAsync();
        var request = new HttpRequestMessage(new(method), path) { Content = method == "POST" ? Json("") : null };
        (await service.Client.SendAsync(request).ReadAsync()).ShouldBe((400, $$"""{"error":"{{message}}"}"""));
    }

    [Fact]
    public async Task Unknown_properties_are_ignored()
    {
        await using var service = await StartAsync();
        (await service.Client.PostAsync("/orders", Json("""{"count":2,"colour":"红"}""")).ReadAsync()).ShouldBe((200, "2"));
    }

    [Fact]
    public async Task The_wrong_content_type_is_415()
    {
        await using var service = await StartAsync();
        (await service.Client.PostAsync("/orders", new StringContent("count=2", Encoding.UTF8, "text/plain")).ReadAsync())
            .ShouldSatisfyAllConditions(answer => answer.Status.ShouldBe(415), answer => answer.Body.ShouldStartWith("""{"error":"""));
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_413()
    {
        await using var service = await StartAsync();
        var request = new HttpRequestMessage(HttpMethod.Post, "/small") { Content = new ByteArrayContent(new byte[2000]) };
        (await service.Client.SendAsync(request).ReadAsync()).ShouldSatisfyAllConditions(
            answer => answer.Status.ShouldBe(413), answer => answer.Body.ShouldStartWith("""{"error":"""));
    }

    [Fact]
    public async Task What_is_not_there_and_what_is_not_allowed_have_the_form_of_the_API()
    {
        await using var service = await StartAsync();
        (await service.GetAsync("/nowhere").ReadAsync()).ShouldBe((404, """{"error":"Not Found"}"""));
        (await service.GetAsync("/orders").ReadAsync()).ShouldBe((405, """{"error":"Method Not Allowed"}"""));
    }

    [Fact]
    public async Task An_unexpected_failure_is_500_with_a_trace_and_without_its_insides()
    {
        await using var service = await StartAsync();
        var trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        using var response = await service.GetAsync("/broken", ("traceparent", trace));
        ((int)response.StatusCode).ShouldBe(500);
        (await response.Content.ReadAsStringAsync()).ShouldBe("""{"error":"Internal server error"}""");
        response.Headers.GetValues("traceparent").Single().ShouldStartWith(trace[..36]);
        response.Headers.Contains("X-Half-Done").ShouldBeFalse();
    }

    [Theory]
    [InlineData("/unavailable")]
    [InlineData("/database-away")]
    [InlineData("/database-away-from-a-write")]
    public async Task What_may_pass_is_503(string path)
    {
        await using var service = await StartAsync();
        (await service.GetAsync(path).ReadAsync()).ShouldBe((503, """{"error":"Service temporarily unavailable"}"""));
    }

    [Fact]
    public async Task Each_API_has_its_form()
    {
        await using var service = await StartAsync();
        (await service.GetAsync("/envelope/x").ReadAsync()).ShouldBe((409, """{"code":409,"msg":"冲突","data":{}}"""));
        (await service.GetAsync("/envelope/broken").ReadAsync()).ShouldBe((500, """{"code":500,"msg":"Internal server error","data":{}}"""));
        (await service.GetAsync("/detail/x").ReadAsync()).ShouldBe((401, """{"detail":"不正确的身份认证信息。"}"""));
        (await service.GetAsync("/details").ReadAsync()).ShouldBe((400, """{"error":"bad","invalid":[{"index":3}]}"""));
    }

    [Fact]
    public async Task An_answer_of_ones_own_stays_as_it_is()
    {
        await using var service = await StartAsync();
        (await service.GetAsync("/own").ReadAsync()).ShouldBe((418, "tea"));
    }

    [Fact]
    public async Task JSON_is_unescaped_and_dates_have_six_decimals_in_UTC()
    {
        await using var service = await StartAsync();
        (await service.GetAsync("/json").ReadAsync()).Body
            .ShouldBe("""{"query_date":"2023-06-13T06:47:44.734348Z","carrier":"中国移动 <&'>","none":null}""");
    }

    [Fact]
    public async Task The_document_is_OpenAPI_3_1()
    {
        await using var service = await StartAsync();
        var document = JsonNode.Parse((await service.GetAsync("/openapi/v1.json").ReadAsync()).Body)!;
        document["openapi"]!.ToString().ShouldStartWith("3.1.");
        document["paths"]!["/orders"].ShouldNotBeNull();
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    private static Task<SmallService> StartAsync() => SmallService.StartAsync(app =>
    {
        app.MapPost("/orders", (Order order) => $"{order.Count}");
        app.MapGet("/flag", (bool? partial, int count) => $"{partial} {count}");
        app.MapPost("/small", async (HttpContext context) =>
        {
            context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = 1000;
            await context.Request.Body.CopyToAsync(Stream.Null);
        });
        app.MapGet("/broken", (HttpContext context) =>
        {
            context.Response.Headers["X-Half-Done"] = "1";
            throw new InvalidOperationException("secret");
        });
        app.MapGet("/unavailable", IResult () => throw new UnavailableException("secret"));
        app.MapGet("/database-away", IResult () => throw new InvalidOperationException("secret", new NpgsqlException("secret", new IOException())));
        app.MapGet("/database-away-from-a-write", IResult () =>
            throw new InvalidOperationException("secret", new DbUpdateException("secret", new NpgsqlException("secret", new IOException()))));
        app.MapGet("/own", (HttpContext context) =>
        {
            context.Response.StatusCode = 418;
            return context.Response.WriteAsync("tea");
        });
        app.MapGet("/details", () => ApiError.BadRequest("bad") with { Details = new Dictionary<string, object?> { ["invalid"] = new[] { new { index = 3 } } } });
        app.MapGet("/envelope/x", () => ApiError.Conflict("冲突")).WithErrorForm(ErrorForm.Envelope);
        app.MapGet("/envelope/broken", IResult () => throw new InvalidOperationException("secret")).WithErrorForm(ErrorForm.Envelope);
        app.MapGet("/detail/x", () => Results.StatusCode(401)).WithErrorForm(ErrorForm.Detail with { Unauthorized = "不正确的身份认证信息。" });
        app.MapGet("/json", () => new
        {
            QueryDate = new DateTimeOffset(2023, 6, 13, 14, 47, 44, TimeSpan.FromHours(8)).AddMicroseconds(734348),
            Carrier = "中国移动 <&'>",
            None = (string?)null,
        });
    });

    private sealed record Order(int Count);
}
