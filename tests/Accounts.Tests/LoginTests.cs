using System.Net;
using EmptyNumber.ServiceDefaults.Authentication;
using EmptyNumber.TestSupport;
using Microsoft.EntityFrameworkCore;

namespace EmptyNumber.Accounts.Tests;

[Collection("servers")]
public sealed class LoginTests(AccountsServers servers)
{
    [Fact]
    public async Task The_right_password_gets_a_token_in_the_words_of_the_document()
    {
        var suite = await servers.SharedAsync();
        using var response = await suite.Anybody.LogInAsync("jackfrued", "123456");
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Content.Headers.ContentType!.ToString().ShouldBe("application/json; charset=utf-8");
        (await response.Content.ReadAsStringAsync())
            .ShouldMatch("""^\{"code":30000,"message":"用户登录成功","token":"[0-9a-f]{40}"\}$""");
    }

    [Fact]
    public async Task A_form_logs_in_as_JSON_does_and_the_trailing_slash_does_not_matter()
    {
        var suite = await servers.SharedAsync();
        var fields = new Dictionary<string, string> { ["username"] = "wuzetian", ["password"] = "123456" };
        using var form = await suite.Anybody.PostAsync("/api/login", new FormUrlEncodedContent(fields));
        (await form.Content.ReadAsStringAsync()).ShouldContain("30000");

        using var parts = new MultipartFormDataContent { { new StringContent("wuzetian"), "username" }, { new StringContent("123456"), "password" } };
        using var multipart = await suite.Anybody.PostAsync("/api/login/", parts);
        (await multipart.Content.ReadAsStringAsync()).ShouldContain("30000");
    }

    [Fact]
    public async Task A_login_ignores_tokens_and_a_logout_does_not()
    {
        var suite = await servers.SharedAsync();
        using var stranger = suite.Connect("bad");
        (await stranger.TokenAsync("jackfrued", "123456")).ShouldNotBeNull();
        using var response = await stranger.PostAsync("/api/logout/", content: null);
        response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await response.Content.ReadAsStringAsync()).ShouldBe("""{"detail":"不正确的身份认证信息。"}""");
    }

    [Fact]
    public async Task A_login_replaces_the_session_token_of_the_user_and_of_nobody_else()
    {
        var suite = await servers.SharedAsync();
        var others = await suite.Anybody.TokenAsync("wangdachui", "123123");
        var first = await suite.Anybody.TokenAsync("jackfrued", "123456");
        var second = await suite.Anybody.TokenAsync("jackfrued", "123456");
        (await suite.Replica.Client.IntrospectAsync(first)).ShouldBeNull();
        (await suite.Replica.Client.IntrospectAsync(second))!.Name.ShouldBe("jackfrued");
        (await suite.Replica.Client.IntrospectAsync(others))!.Name.ShouldBe("wangdachui");
    }

    [Fact]
    public async Task Logins_at_once_leave_exactly_one_session()
    {
        var suite = await servers.SharedAsync();
        var tokens = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => suite.Anybody.TokenAsync("jackfrued", "123456")));
        (await suite.Replica.QueryAsync(db => db.Tokens.CountAsync(token => token.User.Name == "jackfrued"))).ShouldBe(1);
        var identities = await Task.WhenAll(tokens.Select(suite.Replica.Client.IntrospectAsync));
        identities.Count(identity => identity is not null).ShouldBe(1);
    }

    [Fact]
    public async Task An_unknown_name_takes_as_long_as_a_wrong_password()
    {
        var client = (await servers.SharedAsync()).Replica.Client;
        var wrongPassword = await FastestAsync("jackfrued");
        var unknownName = await FastestAsync("nobody");
        unknownName.ShouldBeInRange(wrongPassword / 3, wrongPassword * 3);

        async Task<TimeSpan> FastestAsync(string name)
        {
            var fastest = TimeSpan.MaxValue;
            for (var i = 0; i < 6; i++)
            {
                var started = TimeProvider.System.GetTimestamp();
                using var response = await client.LogInAsync(name, "wrong");
                var elapsed = TimeProvider.System.GetElapsedTime(started);
                fastest = elapsed < fastest ? elapsed : fastest;
            }

            return fastest;
        }
    }

    [Fact]
    public async Task The_database_holds_neither_passwords_nor_tokens()
    {
        var suite = await servers.SharedAsync();
        var token = await suite.Anybody.TokenAsync("jackfrued", "123456");
        var stored = await suite.Replica.QueryAsync(db => db.Tokens.Where(row => row.User.Name == "jackfrued").Select(row => row.Hash).SingleAsync());
        stored.ShouldBe(AccessToken.Hash(token));
        stored.ShouldNotContain(token);
        var hashes = await suite.Replica.QueryAsync(db => db.Users.Select(user => user.PasswordHash).ToListAsync());
        hashes.ShouldBeUnique();
        hashes.ShouldAllBe(hash => !hash.Contains("123456"));
    }
}
