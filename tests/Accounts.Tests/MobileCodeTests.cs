using System.Net;
using System.Text.RegularExpressions;
using EmptyNumber.TestSupport;
using Microsoft.AspNetCore.Http;

namespace EmptyNumber.Accounts.Tests;

[Collection("servers")]
public sealed class MobileCodeTests(AccountsServers servers)
{
    private static readonly (int, string) Sent = (200, """{"code":10001,"msg":"短信验证码发送成功"}""");
    private static readonly (int, string) TooSoon = (200, """{"code":10002,"msg":"请不要在60秒以内重复发送手机验证码"}""");
    private static readonly (int, string) BadNumber = (200, """{"code":10003,"msg":"请提供有效的手机号"}""");
    private static readonly (int, string) Unavailable = (200, """{"code":10004,"msg":"短信服务暂时无法使用"}""");

    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public async Task A_number_gets_six_digits_by_the_provider_and_the_next_ones_a_minute_later()
    {
        await using var provider = await SmsProvider.StartAsync();
        await using var suite = await AccountsSuite.StartAsync(servers, _clock, settings: provider.Settings);

        (await suite.Anybody.FetchAsync("/api/mobile_code/13800138000/")).ShouldBe(Sent);
        (await suite.Anybody.FetchAsync("/api/mobile_code/13800138000/")).ShouldBe(TooSoon);
        (await suite.Anybody.FetchAsync("/api/mobile_code/13800138001")).ShouldBe(Sent);
        _clock.Advance(TimeSpan.FromSeconds(60) - TimeSpan.FromMilliseconds(1));
        (await suite.Anybody.FetchAsync("/api/mobile_code/13800138000/")).ShouldBe(TooSoon);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        (await suite.Anybody.FetchAsync("/api/mobile_code/13800138000/")).ShouldBe(Sent);

        provider.Sent.Count.ShouldBe(3);
        provider.Sent.ShouldAllBe(message => message.Code.Length == 6);
        provider.Sent.Select(message => message.Code).Distinct().Count().ShouldBeGreaterThan(1);
        var first = provider.Sent[0];
        (first.Method, first.ContentType, first.Headers["Authorization"]).ShouldBe(("POST", "application/x-www-form-urlencoded", "Basic a2V5"));
        first.Body.ShouldContain("mobile=13800138000");
        first.Headers.Keys.ShouldNotContain("traceparent");
    }

    [Fact]
    public async Task Fifty_requests_at_once_on_two_replicas_send_one_message()
    {
        await using var provider = await SmsProvider.StartAsync();
        await using var suite = await AccountsSuite.StartAsync(servers, _clock, settings: provider.Settings);
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => suite.Anybody.FetchAsync("/api/mobile_code/13800138000/")));
        answers.Count(answer => answer == Sent).ShouldBe(1);
        answers.Count(answer => answer == TooSoon).ShouldBe(49);
        provider.Sent.Count.ShouldBe(1);
    }

    [Fact]
    public async Task What_is_no_domestic_mobile_number_is_refused_and_sent_nothing()
    {
        await using var provider = await SmsProvider.StartAsync();
        await using var suite = await AccountsSuite.StartAsync(servers, _clock, settings: provider.Settings);
        foreach (var tel in (string[])
        [
            "1380013800", "138001380000", "12800138000", "23800138000", "+8613800138000", "8613800138000", "008613800138000", "138 0013 8000", "138-0013-8000",
            "01088886666", "１３８００１３８０００", "13800138000\n", "13800138000;", "'; drop table users; --", "手机", "%00", "a/b",
        ])
        {
            (await suite.Anybody.FetchAsync($"/api/mobile_code/{Uri.EscapeDataString(tel)}/")).ShouldBe(BadNumber, tel);
        }

        provider.Sent.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_provider_that_fails_costs_no_minute()
    {
        await using var provider = await SmsProvider.StartAsync();
        await using var suite = await AccountsSuite.StartAsync(servers, _clock, settings: [.. provider.Settings, ("Sms:Timeout", "00:00:01")]);
        var success = provider.Answer;
        foreach (var failure in (Func<HttpContext, Task>[])
        [
            context => Status(context, 500),
            context => Status(context, 302),
            context => context.Response.WriteAsync("""{"error":-20,"msg":"余额不足"}"""),
            context => context.Response.WriteAsync(new string('x', 1 << 20)),
            context => Task.Delay(TimeSpan.FromSeconds(30), context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default),
            context =>
            {
                context.Abort();
                return Task.CompletedTask;
            },
        ])
        {
            provider.Answer = failure;
            (await suite.Anybody.FetchAsync("/api/mobile_code/13800138000/")).ShouldBe(Unavailable);
        }

        provider.Answer = success;
        (await suite.Anybody.FetchAsync("/api/mobile_code/13800138000/")).ShouldBe(Sent);
        (await suite.Anybody.FetchAsync("/api/mobile_code/13800138000/")).ShouldBe(TooSoon);

        static Task Status(HttpContext context, int status)
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task Codes_are_in_the_log_in_development_and_nowhere_otherwise()
    {
        var development = new LogCapture();
        await using (var suite = await AccountsSuite.StartAsync(servers, services: development.Join))
        {
            (await suite.Anybody.FetchAsync("/api/mobile_code/13800138000/")).ShouldBe(Sent);
            development.Lines.ShouldContain(line => Regex.IsMatch(line, "13800138000: [0-9]{6}\\b"));
        }

        var production = new LogCapture();
        await using var provider = await SmsProvider.StartAsync();
        await using (var suite = await AccountsSuite.StartAsync(servers, environment: "Production", services: production.Join, settings: provider.Settings))
        {
            (await suite.Anybody.FetchAsync("/api/mobile_code/13800138000/")).ShouldBe(Sent);
            provider.Answer = context => context.Response.WriteAsync("no");
            (await suite.Anybody.FetchAsync("/api/mobile_code/13800138001/")).ShouldBe(Unavailable);
        }

        production.Lines.ShouldContain(line => line.Contains("could not be sent"));
        foreach (var message in provider.Sent)
            production.Lines.ShouldAllBe(line => !Regex.IsMatch(line, $"\\b{message.Code}\\b"));
    }

    [Fact]
    public async Task Without_a_provider_nothing_is_sent_outside_development()
    {
        await using var suite = await AccountsSuite.StartAsync(servers, environment: "Production");
        for (var i = 0; i < 2; i++)
            (await suite.Anybody.FetchAsync("/api/mobile_code/13800138000/")).ShouldBe(Unavailable);
    }

    [Fact]
    public async Task A_provider_may_want_JSON()
    {
        await using var provider = await SmsProvider.StartAsync();
        await using var host = await servers.StartAsync(settings: [.. provider.Settings, ("Sms:Json", "true")]);
        (await host.Client.FetchAsync("/api/mobile_code/13800138000/")).ShouldBe(Sent);
        provider.Sent.Single().ContentType.ShouldStartWith("application/json");
        System.Text.Json.JsonDocument.Parse(provider.Sent.Single().Body).RootElement.GetProperty("mobile").GetString().ShouldBe("13800138000");
    }

    [Theory]
    [InlineData("text/html; charset=gbk")]
    [InlineData("application/json; charset=\"no such thing\"")]
    public async Task An_answer_in_whatever_encoding_is_read(string type)
    {
        await using var provider = await SmsProvider.StartAsync();
        await using var host = await servers.StartAsync(settings: provider.Settings);
        var answer = """{"error":0,"msg":"成功"}""";
        provider.Answer = context =>
        {
            context.Response.ContentType = type;
            return context.Response.WriteAsync(answer);
        };
        (await host.Client.FetchAsync("/api/mobile_code/13800138000/")).ShouldBe(Sent);
        answer = """{"error":-20,"msg":"余额不足"}""";
        (await host.Client.FetchAsync("/api/mobile_code/13800138001/")).ShouldBe(Unavailable);
    }

    [Fact]
    public async Task An_address_has_codes_sent_to_so_many_numbers_an_hour_unless_it_is_trusted()
    {
        await using var suite = await AccountsSuite.StartAsync(servers, _clock, settings: [("Sms:NumbersPerAddress", "3"), ("TrustedNetworks", "")]);
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => suite.Anybody.FetchAsync($"/api/mobile_code/138001380{i:00}/")));
        answers.Count(answer => answer == Sent).ShouldBe(3);

        using (var response = await suite.Anybody.GetAsync("/api/mobile_code/13900139000/"))
        {
            response.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
            response.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromHours(1));
            (await response.Content.ReadAsStringAsync()).ShouldBe("""{"detail":"请求短信验证码的手机号过多，请在3600秒后重试。"}""");
        }

        using var elsewhere = suite.Replica.CreateClient(peer: "203.0.113.77");
        (await elsewhere.FetchAsync("/api/mobile_code/13900139000/")).ShouldBe(Sent);
        using var trusted = suite.Replica.CreateClient(trusted: true, peer: "127.0.0.1");
        for (var i = 0; i < 5; i++)
            (await trusted.FetchAsync($"/api/mobile_code/1390013910{i}/")).ShouldBe(Sent);
        _clock.Advance(TimeSpan.FromHours(1));
        (await suite.Anybody.FetchAsync("/api/mobile_code/13900139000/")).ShouldBe(Sent);
    }

    [Theory]
    [InlineData("Sms:Endpoint", "ftp://sms.example/")]
    [InlineData("Sms:Endpoint", "/send")]
    [InlineData("Sms:Fields:message", "no place for it")]
    [InlineData("Sms:Timeout", "00:01:00")]
    public async Task A_provider_that_is_described_wrongly_stops_the_start(string setting, string value)
    {
        await using var provider = await SmsProvider.StartAsync();
        (string, string)[] settings = [.. provider.Settings.Where(one => one.Key != setting), (setting, value)];
        await Should.ThrowAsync<Exception>(() => servers.StartAsync(settings: settings));
    }
}
