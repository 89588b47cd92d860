using System.Text.Json;
using EmptyNumber.ServiceDefaults.Authentication;
using EmptyNumber.TestSupport;
using Microsoft.EntityFrameworkCore;

namespace EmptyNumber.Accounts.Tests;

[Collection("servers")]
public sealed class UserTests(AccountsServers servers)
{
    private const string LastAdministrator = """{"detail":"至少要有一个能登录的管理员。"}""";

    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public async Task A_user_is_added_read_changed_and_deleted()
    {
        await using var suite = await AccountsSuite.StartAsync(servers, _clock);
        using var admin = await suite.LogInAsync("jackfrued", "123456");

        var added = await admin.SendAsync("POST", "/api/users/", new { name = "小张 🙂", password = "好长好长的一个密码", roles = new[] { "dialer", "user" }, id = 7 }).ExpectAsync(201);
        added.EnumerateObject().Select(field => field.Name).ShouldBe(["id", "name", "roles", "disabled", "created_at"]);
        Line(added).ShouldBe("小张 🙂 dialer,user False");
        added.GetProperty("created_at").GetDateTimeOffset().ShouldBe(_clock.GetUtcNow());
        var path = $"/api/users/{added.GetProperty("id")}/";
        (await admin.GetJsonAsync(path)).GetRawText().ShouldBe(added.GetRawText());
        using (var user = await suite.LogInAsync("小张 🙂", "好长好长的一个密码"))
            (await user.FetchAsync("/api/tokens/")).Status.ShouldBe(200);

        Line(await admin.SendAsync("PATCH", path, new { roles = new[] { "operator" } }).ExpectAsync()).ShouldBe("小张 🙂 operator False");
        Line(await admin.SendAsync("PATCH", path, new { disabled = true }).ExpectAsync()).ShouldBe("小张 🙂 operator True");
        Line(await admin.SendAsync("PATCH", path, new { password = "another one", disabled = false }).ExpectAsync()).ShouldBe("小张 🙂 operator False");
        (await admin.SendAsync("PATCH", path, new { }).ExpectAsync()).GetRawText().ShouldBe((await admin.GetJsonAsync(path)).GetRawText());
        (await suite.Replica.Client.IntrospectAsync(await suite.Anybody.TokenAsync("小张 🙂", "another one")))!.Roles.ShouldBe(["operator"]);

        (await admin.SendAsync("DELETE", path)).ShouldBe((204, ""));
        foreach (var method in (string[])["GET", "PATCH", "DELETE"])
            (await admin.SendAsync(method, path, method == "PATCH" ? new { } : null)).ShouldBe((404, """{"detail":"Not Found"}"""));
        (await admin.SendAsync("DELETE", path + "tokens/")).Status.ShouldBe(404);

        var told = (await admin.GetJsonAsync("/api/audit/?size=50&actor=jackfrued")).GetProperty("results").EnumerateArray()
            .Where(entry => entry.GetProperty("event").GetString() != "login")
            .Select(entry => $"{entry.GetProperty("event")} {entry.GetProperty("user")}: {entry.GetProperty("detail")}");
        told.ShouldBe(
        [
            "user_deleted 小张 🙂: ", "user_changed 小张 🙂: password; enabled", "user_changed 小张 🙂: disabled", "user_changed 小张 🙂: roles: operator",
            "user_created 小张 🙂: roles: dialer, user",
        ]);
    }

    [Theory]
    [InlineData("PATCH", "", """{"disabled":true}""")]
    [InlineData("PATCH", "", """{"password":"another one"}""")]
    [InlineData("DELETE", "", null)]
    [InlineData("DELETE", "tokens/", null)]
    public async Task Whoever_is_disabled_deleted_or_given_a_password_has_no_token_any_more(string method, string path, string? body)
    {
        await using var suite = await AccountsSuite.StartAsync(servers);
        using var admin = await suite.LogInAsync("jackfrued", "123456");
        var session = await suite.Anybody.TokenAsync("wangdachui", "123123");
        using var user = suite.Connect(session);
        var named = (await user.SendAsync("POST", "/api/tokens/", new { name = "x" }).ExpectAsync(201)).GetProperty("token").GetString()!;

        (await admin.SendAsync(method, $"/api/users/{await IdAsync(suite, "wangdachui")}/{path}", body)).Status.ShouldBeLessThan(300);

        (await suite.Replica.Client.IntrospectAsync(session)).ShouldBeNull();
        (await suite.Replica.Client.IntrospectAsync(named)).ShouldBeNull();
        var isIn = (await suite.Anybody.LogInAsync("wangdachui", "123123").ReadAsync()).Body.Contains("30000");
        isIn.ShouldBe(path.Length > 0);
        (await admin.FetchAsync("/api/users/")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_changed_role_is_in_force_at_once_and_the_token_stays()
    {
        await using var suite = await AccountsSuite.StartAsync(servers);
        using var admin = await suite.LogInAsync("jackfrued", "123456");
        using var user = await suite.LogInAsync("wangdachui", "123123");
        (await user.FetchAsync("/api/users/")).Status.ShouldBe(403);
        await admin.SendAsync("PATCH", $"/api/users/{await IdAsync(suite, "wangdachui")}/", new { roles = new[] { "admin" } }).ExpectAsync();
        (await user.FetchAsync("/api/users/")).Status.ShouldBe(200);
        await user.SendAsync("PATCH", $"/api/users/{await IdAsync(suite, "jackfrued")}/", new { roles = new[] { "user" } }).ExpectAsync();
        (await admin.FetchAsync("/api/users/")).Status.ShouldBe(403);
    }

    [Theory]
    [InlineData("PATCH", """{"disabled":true}""")]
    [InlineData("PATCH", """{"roles":["user"]}""")]
    [InlineData("DELETE", null)]
    public async Task The_last_administrator_stays(string method, string? body)
    {
        await using var suite = await AccountsSuite.StartAsync(servers);
        using var admin = await suite.LogInAsync("jackfrued", "123456");
        var path = $"/api/users/{await IdAsync(suite, "jackfrued")}/";

        (await admin.SendAsync(method, path, body)).ShouldBe((409, LastAdministrator));
        Line(await admin.GetJsonAsync(path)).ShouldBe("jackfrued admin False");

        // One who is disabled is none.
        var other = await admin.SendAsync("POST", "/api/users/", new { name = "other", password = "12345678", roles = new[] { "admin" } }).ExpectAsync(201);
        await admin.SendAsync("PATCH", $"/api/users/{other.GetProperty("id")}/", new { disabled = true }).ExpectAsync();
        (await admin.SendAsync(method, path, body)).ShouldBe((409, LastAdministrator));
        await admin.SendAsync("PATCH", $"/api/users/{other.GetProperty("id")}/", new { disabled = false }).ExpectAsync();
        (await admin.SendAsync(method, path, body)).Status.ShouldBeLessThan(300);
    }

    [Theory]
    [InlineData("PATCH", """{"disabled":true}""")]
    [InlineData("PATCH", """{"roles":["user"]}""")]
    [InlineData("DELETE", null)]
    public async Task Administrators_who_remove_one_another_at_once_leave_one(string method, string? body)
    {
        const int Administrators = 6;
        await using var suite = await AccountsSuite.StartAsync(servers);
        await suite.Replica.AddUsersAsync(Enumerable.Range(0, Administrators - 1).Select(i => ($"admin{i}", Roles.Admin)));
        var clients = new List<(HttpClient Client, long Id)> { (await suite.LogInAsync("jackfrued", "123456"), await IdAsync(suite, "jackfrued")) };
        for (var i = 0; i < Administrators - 1; i++)
            clients.Add((await suite.LogInAsync($"admin{i}", AccountsClient.Password), await IdAsync(suite, $"admin{i}")));

        var answers = await Task.WhenAll(clients.Select((one, i) => one.Client.SendAsync(method, $"/api/users/{clients[(i + 1) % Administrators].Id}/", body)));

        answers.ShouldAllBe(answer => new[] { 200, 204, 401, 403, 409 }.Contains(answer.Status));
        (await suite.Replica.QueryAsync(db => db.Users.CountAsync(user => user.Roles.Contains(Roles.Admin) && !user.IsDisabled))).ShouldBeGreaterThanOrEqualTo(1);
        foreach (var (client, _) in clients)
            client.Dispose();
    }

    [Fact]
    public async Task One_name_is_one_user_even_when_it_is_added_many_times_at_once()
    {
        await using var suite = await AccountsSuite.StartAsync(servers);
        using var admin = await suite.LogInAsync("jackfrued", "123456");
        var body = new { name = "new", password = "12345678", roles = new[] { "user" } };
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => admin.SendAsync("POST", "/api/users/", body)));
        answers.Count(answer => answer.Status == 201).ShouldBe(1);
        answers.Count(answer => answer == (409, """{"detail":"用户名已存在。"}""")).ShouldBe(7);
    }

    [Fact]
    public async Task A_login_and_a_token_that_race_with_a_new_password_leave_nothing_of_the_old_one()
    {
        await using var suite = await AccountsSuite.StartAsync(servers, settings: ("Accounts:FailuresPerUser", "1000"));
        using var admin = await suite.LogInAsync("jackfrued", "123456");
        var path = $"/api/users/{await IdAsync(suite, "wangdachui")}/";
        for (var round = 0; round < 8; round++)
        {
            var (old, next) = (round == 0 ? "123123" : $"password {round - 1}", $"password {round}");
            using var session = await suite.LogInAsync("wangdachui", old);
            var logins = Enumerable.Range(0, 4).Select(_ => suite.Anybody.LogInAsync("wangdachui", old).ReadAsync()).ToList();
            var tokens = Enumerable.Range(0, 4).Select(i => session.SendAsync("POST", "/api/tokens/", new { name = $"{i}" })).ToList();
            await admin.SendAsync("PATCH", path, new { password = next }).ExpectAsync();
            (await Task.WhenAll(logins)).ShouldAllBe(answer => answer.Status == 200);
            (await Task.WhenAll(tokens)).ShouldAllBe(answer => answer.Status == 201 || answer.Status == 401);
            (await suite.Replica.QueryAsync(db => db.Tokens.CountAsync(token => token.User.Name == "wangdachui"))).ShouldBe(0);
        }
    }

    [Fact]
    public async Task The_list_has_pages_and_filters()
    {
        await using var suite = await AccountsSuite.StartAsync(servers);
        using var admin = await suite.LogInAsync("jackfrued", "123456");
        await suite.Replica.AddUsersAsync(Enumerable.Range(0, 7).Select(i => ($"拨号_{i}", "dialer")));

        var page = await admin.GetJsonAsync("/api/users/");
        (page.GetProperty("count").GetInt32(), page.GetProperty("results").GetArrayLength()).ShouldBe((11, 5));
        page.GetProperty("next").GetString().ShouldEndWith("/api/users/?page=2");
        (await NamesAsync("role=dialer&size=50")).Count.ShouldBe(7);
        (await NamesAsync($"name={Uri.EscapeDataString("拨号_")}&page=2")).ShouldBe(["拨号_5", "拨号_6"]);
        (await NamesAsync("name=%25")).ShouldBeEmpty();
        (await NamesAsync("name=wang&role=user")).ShouldBe(["wangdachui"]);
        (await NamesAsync("name=wang&role=admin")).ShouldBeEmpty();
        (await NamesAsync("name=&role=&size=50")).Count.ShouldBe(11);

        async Task<List<string>> NamesAsync(string query) =>
            [.. (await admin.GetJsonAsync($"/api/users/?{query}")).GetProperty("results").EnumerateArray().Select(user => user.GetProperty("name").GetString()!)];
    }

    [Fact]
    public async Task A_bad_body_is_refused_with_its_field_and_nothing_is_kept()
    {
        await using var suite = await AccountsSuite.StartAsync(servers);
        using var admin = await suite.LogInAsync("jackfrued", "123456");
        var path = $"/api/users/{await IdAsync(suite, "wuzetian")}/";
        var before = await suite.Replica.QueryAsync(db => db.Users.AsNoTracking().OrderBy(user => user.Id).ToListAsync());
        var good = new Dictionary<string, string> { ["name"] = "\"new\"", ["password"] = "\"12345678\"", ["roles"] = "[\"user\"]" };
        (string Field, string?[] Bad)[] fields =
        [
            ("name", [null, "null", "\"\"", "\" \"", "\" x\"", "\"x \"", "7", "[]", "\"a\\u0000b\"", "\"a\\nb\"", "\"a\\u200bb\"", "\"\\ud800\"", $"\"{new string('x', 151)}\""]),
            ("password", [null, "null", "\"\"", "\"1234567\"", "12345678", "\"1234567\\u0000\"", "\"1234567\\udc00\"", $"\"{new string('x', 129)}\""]),
            ("roles", [null, "null", "[]", "\"user\"", "[\"root\"]", "[\"Admin\"]", "[\"user\",\"user\"]", "[\"user\",null]", "[7]", "{}"]),
        ];
        foreach (var (field, bads) in fields)
            foreach (var bad in bads)
            {
                var parts = good.Where(part => part.Key != field).Append(KeyValuePair.Create(field, bad!)).Where(part => part.Value is not null);
                await RefusedAsync("POST", "/api/users/", "{" + string.Join(',', parts.Select(part => $"\"{part.Key}\":{part.Value}")) + "}", field);
                if (field != "name" && bad is not (null or "null"))
                    await RefusedAsync("PATCH", path, $$"""{"{{field}}":{{bad}}}""", field);
            }

        foreach (var body in (string[])["", "null", "[]", "1", "\"x\"", "{", """{"name":"x"} y"""])
            foreach (var (method, to) in new[] { ("POST", "/api/users/"), ("PATCH", path) })
                await RefusedAsync(method, to, body, "");
        await RefusedAsync("PATCH", path, """{"disabled":"yes"}""", "disabled");
        foreach (var id in (string[])["0", "-1", "99999999999999999999", "x", "1%20or%201=1"])
            (await admin.FetchAsync($"/api/users/{id}/")).Status.ShouldBe(404, id);
        var after = await suite.Replica.QueryAsync(db => db.Users.AsNoTracking().OrderBy(user => user.Id).ToListAsync());
        JsonSerializer.Serialize(after).ShouldBe(JsonSerializer.Serialize(before));

        async Task RefusedAsync(string method, string to, string body, string field)
        {
            var (status, answer) = await admin.SendAsync(method, to, body);
            (status, answer.StartsWith("{\"detail\":\"")).ShouldBe((400, true), $"{method} {body}: {answer}");
            answer.ShouldContain(field, Case.Sensitive, body);
        }
    }

    [Fact]
    public async Task Names_are_kept_as_they_are()
    {
        await using var suite = await AccountsSuite.StartAsync(servers);
        using var admin = await suite.LogInAsync("jackfrued", "123456");
        foreach (var name in (string[])["'; drop table users; --", "<script>alert(1)</script>", "{0}%s${x}", "a\\\"b", "王大锤🔨", "WANGDACHUI", new string('长', 150)])
        {
            (await admin.SendAsync("POST", "/api/users/", new { name, password = "'; select 1; --", roles = new[] { "user" } }).ExpectAsync(201))
                .GetProperty("name").GetString().ShouldBe(name);
            (await suite.Anybody.TokenAsync(name, "'; select 1; --")).Length.ShouldBe(40);
        }
    }

    [Fact]
    public async Task Where_there_is_no_administrator_migrate_adds_the_configured_one()
    {
        var database = servers.NewDatabase("accounts");
        (string, string)[] settings = [("Accounts:AdministratorName", "root"), ("Accounts:AdministratorPassword", "a good password")];
        await using (var without = await servers.StartAsync(database, environment: "Production"))
            (await without.QueryAsync(db => db.Users.CountAsync())).ShouldBe(0);
        await using (var host = await servers.StartAsync(database, environment: "Production", settings: settings))
        {
            using var admin = host.CreateClient(await host.Client.TokenAsync("root", "a good password"));
            await admin.SendAsync("PATCH", $"/api/users/1/", new { password = "a better password" }).ExpectAsync();
        }

        await using var again = await servers.StartAsync(database, environment: "Production", settings: settings);
        (await again.QueryAsync(db => db.Users.CountAsync())).ShouldBe(1);
        using var better = again.CreateClient(await again.Client.TokenAsync("root", "a better password"));
        var added = (await better.GetJsonAsync("/api/audit/?event=user_created")).GetProperty("results").EnumerateArray().ShouldHaveSingleItem();
        (added.GetProperty("user").GetString(), added.GetProperty("actor").GetString(), added.GetProperty("detail").GetString()).ShouldBe(("root", null, "roles: admin"));
    }

    private static Task<long> IdAsync(AccountsSuite suite, string name) =>
        suite.Replica.QueryAsync(db => db.Users.Where(user => user.Name == name).Select(user => user.Id).SingleAsync());

    private static string Line(JsonElement user) =>
        $"{user.GetProperty("name")} {string.Join(',', user.GetProperty("roles").EnumerateArray())} {user.GetProperty("disabled")}";
}
