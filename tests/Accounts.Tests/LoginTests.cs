using System.Net;
using EmptyNumber.ServiceDefaults.Authentication;
using EmptyNumber.TestSupport;

namespace EmptyNumber.Accounts.Tests;

[Collection("servers")]
public sealed class LoginTests(AccountsServers servers)
{
    [Fact]
    public async Task The_right_password_gets_a_token_in_the_words_of_the_document()
    {
        await using var host = await servers.StartAsync();
        using var response = await host.Client.LogInAsync("jackfrued", "123456");
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Content.Headers.ContentType!.ToString().ShouldBe("application/json; charset=utf-8");
        (await response.Content.ReadAsStringAsync())
            .ShouldMatch("""^\{"code":30000,"message":"用户登录成功","token":"[0-9a-f]{40}"\}$""");
    }

    [Fact]
    public async Task A_form_logs_in_as_JSON_does_and_the_trailing_slash_does_not_matter()
    {
        await using var host = await servers.StartAsync();
        var fields = new Dictionary<string, string> { ["username"] = "wuzetian", ["password"] = "123456" };
        using var form = await host.Client.PostAsync("/api/login", new FormUrlEncodedContent(fields));
        (await form.Content.ReadAsStringAsync()).ShouldContain("30000");

        using var parts = new MultipartFormDataContent { { new StringContent("wuzetian"), "username" }, { new StringContent("123456"), "password" } };
        using var multipart = await host.Client.PostAsync("/api/login/", parts);
        (await multipart.Content.ReadAsStringAsync()).ShouldContain("30000");
    }

    [Fact]
    public async Task A_login_ignores_tokens_and_a_logout_does_not()
    {
        await using var host = await servers.StartAsync();
        using var stranger = host.CreateClient(token: "bad");
        (await stranger.TokenAsync("jackfrued", "123456")).ShouldNotBeNull();
        using var response = await stranger.PostAsync("/api/logout/", content: null);
        response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await response.Content.ReadAsStringAsync()).ShouldBe("""{"detail":"不正确的身份认证信息。"}""");
    }

    [Fact]
    public async Task A_login_replaces_the_session_token_of_the_user_and_of_nobody_else()
    {
        await using var host = await servers.StartAsync();
        var others = await host.Client.TokenAsync("wangdachui", "123123");
        var first = await host.Client.TokenAsync("jackfrued", "123456");
        var second = await host.Client.TokenAsync("jackfrued", "123456");
        (await host.Client.IntrospectAsync(first)).ShouldBeNull();
        (await host.Client.IntrospectAsync(second))!.Name.ShouldBe("jackfrued");
        (await host.Client.IntrospectAsync(others))!.Name.ShouldBe("wangdachui");
    }

    [Fact]
    public async Task Logins_at_once_leave_exactly_one_session()
    {
        await using var host = await servers.StartAsync();
        var tokens = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => host.Client.TokenAsync("jackfrued", "123456")));
        (await host.SessionsAsync()).ShouldBe(1);
        var identities = await Task.WhenAll(tokens.Select(host.Client.IntrospectAsync));
        identities.Count(identity => identity is not null).ShouldBe(1);
    }

    [Fact]
    public async Task An_unknown_name_takes_as_long_as_a_wrong_password()
    {
        await using var host = await servers.StartAsync(settings: ("Accounts:FailuresPerUser", "1000"));
        var wrongPassword = await FastestAsync("jackfrued");
        var unknownName = await FastestAsync("nobody");
        unknownName.ShouldBeInRange(wrongPassword / 3, wrongPassword * 3);

        async Task<TimeSpan> FastestAsync(string name)
        {
            var fastest = TimeSpan.MaxValue;
            for (var i = 0; i < 6; i++)
            {
                var started = TimeProvider.System.GetTimestamp();
                using var response = await host.Client.LogInAsync(name, "wrong");
                var elapsed = TimeProvider.System.GetElapsedTime(started);
                fastest = elapsed < fastest ? elapsed : fastest;
            }

            return fastest;
        }
    }

    [Fact]
    public async Task The_database_holds_neither_passwords_nor_tokens()
    {
        await using var host = await servers.StartAsync();
        var token = await host.Client.TokenAsync("jackfrued", "123456");
        var stored = await host.QueryAsync(db => Task.FromResult(db.Tokens.Select(row => row.Hash).Single()));
        stored.ShouldBe(AccessToken.Hash(token));
        stored.ShouldNotContain(token);
        var hashes = await host.QueryAsync(db => Task.FromResult(db.Users.Select(user => user.PasswordHash).ToList()));
        hashes.ShouldBeUnique();
        hashes.ShouldAllBe(hash => !hash.Contains("123456"));
    }
}
