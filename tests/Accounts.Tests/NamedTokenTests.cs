using System.Text.Json;
using EmptyNumber.ServiceDefaults.Authentication;
using EmptyNumber.TestSupport;
using Microsoft.EntityFrameworkCore;

namespace EmptyNumber.Accounts.Tests;

[Collection("servers")]
public sealed class NamedTokenTests(AccountsServers servers)
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public async Task A_named_token_is_shown_once_and_works_until_it_expires_whatever_its_session_does()
    {
        await using var suite = await AccountsSuite.StartAsync(servers, _clock);
        using var user = await suite.LogInAsync("wangdachui", "123123");

        var made = await user.SendAsync("POST", "/api/tokens/", new { name = "持续集成 🚀", days = 30, unknown = 7 }).ExpectAsync(201);

        made.EnumerateObject().Select(field => field.Name).ShouldBe(["id", "name", "prefix", "token", "created_at", "expires_at"]);
        var text = made.GetProperty("token").GetString()!;
        AccessToken.IsWellFormed(text).ShouldBeTrue();
        made.GetProperty("prefix").GetString().ShouldBe(text[..8]);
        made.GetProperty("expires_at").GetDateTimeOffset().ShouldBe(_clock.GetUtcNow().AddDays(30));
        (await user.SendAsync("POST", "/api/logout/")).Status.ShouldBe(204);

        using var program = suite.Connect(text);
        var (_, list) = await program.FetchAsync("/api/tokens");
        list.ShouldNotContain(text);
        var listed = JsonDocument.Parse(list).RootElement.EnumerateArray().Single();
        listed.EnumerateObject().Select(field => field.Name).ShouldBe(["id", "name", "prefix", "created_at", "last_used_at", "expires_at"]);
        listed.GetProperty("name").GetString().ShouldBe("持续集成 🚀");
        listed.GetProperty("last_used_at").GetDateTimeOffset().ShouldBe(_clock.GetUtcNow());
        (await suite.Replica.QueryAsync(db => db.Tokens.Select(token => token.Hash).SingleAsync())).ShouldBe(AccessToken.Hash(text));

        _clock.Advance(TimeSpan.FromDays(30) - TimeSpan.FromMilliseconds(1));
        (await program.FetchAsync("/api/tokens/")).Status.ShouldBe(200);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        (await program.FetchAsync("/api/tokens/")).ShouldBe((401, """{"detail":"不正确的身份认证信息。"}"""));
    }

    [Fact]
    public async Task Its_last_use_is_known_to_within_a_minute()
    {
        await using var suite = await AccountsSuite.StartAsync(servers, _clock);
        using var user = await suite.LogInAsync("wangdachui", "123123");
        var text = (await user.SendAsync("POST", "/api/tokens/", new { name = "x" }).ExpectAsync(201)).GetProperty("token").GetString()!;
        (await LastUseAsync()).ShouldBeNull();
        var first = _clock.GetUtcNow();
        foreach (var (pause, expected) in new[] { (0, 0), (59, 0), (1, 60), (1, 60), (3600, 3661) })
        {
            _clock.Advance(TimeSpan.FromSeconds(pause));
            await suite.Replica.Client.IntrospectAsync(text);
            (await LastUseAsync()).ShouldBe(first.AddSeconds(expected));
        }

        async Task<DateTimeOffset?> LastUseAsync() =>
            (await user.GetJsonAsync("/api/tokens/"))[0].GetProperty("last_used_at").Deserialize<DateTimeOffset?>();
    }

    [Fact]
    public async Task A_revoked_token_is_bad_and_only_its_owner_revokes_it()
    {
        await using var suite = await AccountsSuite.StartAsync(servers, _clock);
        using var owner = await suite.LogInAsync("wangdachui", "123123");
        using var other = await suite.LogInAsync("jackfrued", "123456");
        var made = await owner.SendAsync("POST", "/api/tokens/", new { name = "x" }).ExpectAsync(201);
        using var program = suite.Connect(made.GetProperty("token").GetString());
        var path = $"/api/tokens/{made.GetProperty("id")}/";

        (await other.SendAsync("DELETE", path)).ShouldBe((404, """{"detail":"Not Found"}"""));
        (await program.FetchAsync("/api/tokens/")).Status.ShouldBe(200);
        var revocations = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => owner.SendAsync("DELETE", path)));
        revocations.Select(answer => answer.Status).Order().ShouldBe([204, .. Enumerable.Repeat(404, 7)]);
        (await program.FetchAsync("/api/tokens/")).Status.ShouldBe(401);
        (await owner.FetchAsync("/api/tokens/")).ShouldBe((200, "[]"));
        (await owner.SendAsync("DELETE", "/api/tokens/x")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task A_session_is_no_named_token_and_cannot_be_revoked_as_one()
    {
        await using var suite = await AccountsSuite.StartAsync(servers, _clock);
        using var user = await suite.LogInAsync("wangdachui", "123123");
        (await user.FetchAsync("/api/tokens/")).ShouldBe((200, "[]"));
        var session = await suite.Replica.QueryAsync(db => db.Tokens.Select(token => token.Id).SingleAsync());
        (await user.SendAsync("DELETE", $"/api/tokens/{session}/")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task A_named_token_makes_no_others_and_logs_itself_out()
    {
        await using var suite = await AccountsSuite.StartAsync(servers, _clock);
        using var user = await suite.LogInAsync("wangdachui", "123123");
        using var program = suite.Connect((await user.SendAsync("POST", "/api/tokens/", new { name = "x" }).ExpectAsync(201)).GetProperty("token").GetString());

        (await program.SendAsync("POST", "/api/tokens/", new { name = "y" })).ShouldBe((403, """{"detail":"长期令牌不能创建令牌，请用登录所得的令牌。"}"""));

        (await program.SendAsync("POST", "/api/logout/")).ShouldBe((204, ""));
        (await program.FetchAsync("/api/tokens/")).Status.ShouldBe(401);
        (await user.FetchAsync("/api/tokens/")).ShouldBe((200, "[]"));
    }

    [Fact]
    public async Task A_user_has_so_many_at_most_even_when_he_makes_them_at_once()
    {
        await using var suite = await AccountsSuite.StartAsync(servers, _clock, settings: ("Accounts:TokensPerUser", "5"));
        using var user = await suite.LogInAsync("wangdachui", "123123");
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => user.SendAsync("POST", "/api/tokens/", new { name = $"{i}" })));
        answers.Count(answer => answer.Status == 201).ShouldBe(5);
        answers.Count(answer => answer == (409, """{"detail":"每个用户最多有5个长期令牌。"}""")).ShouldBe(15);
        (await user.GetJsonAsync("/api/tokens/")).GetArrayLength().ShouldBe(5);
    }

    [Fact]
    public async Task Names_are_kept_as_they_are()
    {
        await using var suite = await AccountsSuite.StartAsync(servers, _clock);
        using var user = await suite.LogInAsync("wangdachui", "123123");
        string[] names = ["'; drop table tokens; --", "<script>alert(1)</script>", "{0}%s${x}", "%_\\", "空号 🚀 e\u0301", new string('长', 100)];
        foreach (var name in names)
            (await user.SendAsync("POST", "/api/tokens/", new { name }).ExpectAsync(201)).GetProperty("name").GetString().ShouldBe(name);
        (await user.GetJsonAsync("/api/tokens/")).EnumerateArray().Select(token => token.GetProperty("name").GetString()).ShouldBe(names);
    }

    [Fact]
    public async Task A_bad_body_is_refused_with_its_field_and_nothing_is_made()
    {
        await using var suite = await AccountsSuite.StartAsync(servers, _clock);
        using var user = await suite.LogInAsync("wangdachui", "123123");
        foreach (var (body, named) in new[]
        {
            ("", ""), ("null", ""), ("[]", ""), ("1", ""), ("{", ""), ("""{"name":"x"} y""", ""), ("{}", "name"), ("""{"name":null}""", "name"), ("""{"name":""}""", "name"),
            ("""{"name":" "}""", "name"), ("""{"name":7}""", "name"), ("""{"name":["x"]}""", "name"), ("""{"name":"a\u0000b"}""", "name"), ("""{"name":"\ud800"}""", "name"),
            ($$"""{"name":"{{new string('x', 101)}}"}""", "name"), ("""{"name":"x","days":0}""", "days"), ("""{"name":"x","days":3651}""", "days"),
            ("""{"name":"x","days":"soon"}""", "days"), ("""{"name":"x","days":1.5}""", "days"), ("""{"name":"x","days":99999999999}""", "days"),
            ("""{"name":"x","days":null}""", "days"),
        })
        {
            var (status, answer) = await user.SendAsync("POST", "/api/tokens/", body);
            (status, answer.StartsWith("{\"detail\":\"")).ShouldBe((400, true), $"{body}: {answer}");
            answer.ShouldContain(named, Case.Sensitive, body);
        }

        using var form = new FormUrlEncodedContent([KeyValuePair.Create("name", "x")]);
        (await user.PostAsync("/api/tokens/", form).ReadAsync()).Status.ShouldBe(415);
        (await user.SendAsync("POST", "/api/tokens/", $$"""{"name":"{{new string('x', 2 << 20)}}"}""")).Status.ShouldBe(413);
        (await user.FetchAsync("/api/tokens/")).ShouldBe((200, "[]"));
    }
}
