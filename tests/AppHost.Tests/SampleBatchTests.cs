using EmptyNumber.AppHost.Sample;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace EmptyNumber.AppHost.Tests;

public sealed class SampleBatchTests
{
    private const string Token = "f83e0f624e2311e9af1f00163e02b646";

    [Fact]
    public async Task All_numbers_in_their_states_leave_nothing_to_report()
    {
        await using var gateway = await StartGatewayAsync(SandboxNumbers.ExpectedState);
        using var client = new GatewayClient(new Uri(gateway.Urls.First()));

        (await SampleBatch.RunAsync(client, default)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_wrong_state_is_reported_with_what_was_heard()
    {
        await using var gateway = await StartGatewayAsync(number => number.EndsWith("04", StringComparison.Ordinal) ? 2 : SandboxNumbers.ExpectedState(number));
        using var client = new GatewayClient(new Uri(gateway.Urls.First()));

        var wrong = await SampleBatch.RunAsync(client, default);

        wrong.Count.ShouldBe(4);
        wrong.ShouldAllBe(result => result.Record.State == 2 && result.ExpectedState == 4 && result.Heard == "您拨打的号码是空号");
    }

    [Fact]
    public async Task A_refused_login_is_told_in_the_gateways_words()
    {
        await using var gateway = await StartGatewayAsync(SandboxNumbers.ExpectedState, password: "another");
        using var client = new GatewayClient(new Uri(gateway.Urls.First()));

        (await Should.ThrowAsync<SampleException>(() => SampleBatch.RunAsync(client, default))).Message.ShouldContain("用户名或密码错误");
    }

    /// <summary>Answers as the gateway does, with the states that the test wants; the task is half done at the first look.</summary>
    private static async Task<WebApplication> StartGatewayAsync(Func<string, int> state, string password = "123456")
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        string[] numbers = [];
        var looks = 0;
        app.MapPost("/api/login/", (Login login) => login.Password == password
            ? Results.Json(new { code = 30000, message = "用户登录成功", token = Token })
            : Results.Json(new { code = 30001, message = "用户名或密码错误" }));
        app.MapPost("/detect/", (HttpRequest request, Numbers sent) =>
        {
            if (request.Headers.Authorization != $"Token {Token}")
                return Results.StatusCode(401);
            numbers = sent.List;
            return Results.Json(new { task_id = 13, is_batch = true, len = numbers.Length, query_date = DateTime.UtcNow });
        });
        app.MapGet("/detect/13/process/", () => new { finished = looks++ == 0 ? numbers.Length / 2 : numbers.Length, total = numbers.Length });
        app.MapGet("/phone/13/", () => numbers.Select((number, id) => new { id, number, state = state(number), carrier = "中国移动", task_id = 13 }));
        app.MapGet("/record/{id:int}/", (int id) => new
        {
            id,
            state_text = "空号",
            embedded_state = (int?)null,
            confidence = 0.97,
            attempts = new[] { new { tone = (string?)null, announcement = new { text = "您拨打的号码是空号" }, failure = (string?)null } },
        });
        await app.StartAsync();
        return app;
    }

    private sealed record Login(string Username, string Password);

    private sealed record Numbers([property: System.Text.Json.Serialization.JsonPropertyName("numbers")] string[] List);
}
