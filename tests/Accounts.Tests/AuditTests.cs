using System.Text.Json;
using EmptyNumber.TestSupport;
using Microsoft.EntityFrameworkCore;

namespace EmptyNumber.Accounts.Tests;

[Collection("servers")]
public sealed class AuditTests(AccountsServers servers)
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 3, 10, 12, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task It_tells_who_did_what_when_and_from_where()
    {
        await using var suite = await AccountsSuite.StartAsync(servers, _clock);
        using var admin = await suite.LogInAsync("jackfrued", "123456");
        using var user = await suite.LogInAsync("wangdachui", "123123");
        var made = await user.SendAsync("POST", "/api/tokens/", new { name = "ci" }).ExpectAsync(201);
        var (id, prefix) = (made.GetProperty("id").GetInt64(), made.GetProperty("prefix").GetString());
        await user.SendAsync("DELETE", $"/api/tokens/{id}/").ExpectAsync(204);
        await user.SendAsync("POST", "/api/logout/").ExpectAsync(204);

        var page = await admin.GetJsonAsync("/api/audit/?size=50");

        page.EnumerateObject().Select(field => field.Name).ShouldBe(["count", "next", "previous", "results"]);
        page.GetProperty("results").EnumerateArray().Select(Line).ShouldBe(
        [
            "logout True wangdachui by wangdachui from 127.0.0.1 x1: ",
            $"token_revoked True wangdachui by wangdachui from 127.0.0.1 x1: ci ({id}, {prefix}…)",
            $"token_created True wangdachui by wangdachui from 127.0.0.1 x1: ci ({id}, {prefix}…)",
            "login True wangdachui by wangdachui from 127.0.0.1 x1: ",
            "login True jackfrued by jackfrued from 127.0.0.1 x1: ",
        ]);
        var first = page.GetProperty("results")[0];
        first.EnumerateObject().Select(field => field.Name)
            .ShouldBe(["id", "event", "success", "user_id", "user", "actor_id", "actor", "address", "detail", "at", "last_at", "count"]);
        first.GetProperty("at").GetString().ShouldBe("2026-03-10T12:00:00.000000Z");
    }

    [Fact]
    public async Task Failed_logins_of_a_user_from_an_address_are_one_entry_an_hour()
    {
        await using var host = await servers.StartAsync(clock: _clock);
        await host.Client.LogInAsync("wangdachui", "wrong").ReadAsync();
        _clock.Advance(TimeSpan.FromMinutes(59));
        await host.Client.LogInAsync("wangdachui", "wrong").ReadAsync();
        await host.Client.LogInAsync("hunter2", "wrong").ReadAsync();
        await host.Client.LogInAsync("correct horse battery staple", "wrong").ReadAsync();
        using var elsewhere = host.CreateClient(peer: "2001:db8::7");
        await elsewhere.LogInAsync("wangdachui", "wrong").ReadAsync();
        _clock.Advance(TimeSpan.FromMinutes(1));
        await host.Client.LogInAsync("wangdachui", "wrong").ReadAsync();

        using var admin = host.CreateClient(await host.Client.TokenAsync("jackfrued", "123456"));
        var failed = (await admin.GetJsonAsync("/api/audit/?success=false")).GetProperty("results").EnumerateArray().ToList();

        failed.Select(Line).ShouldBe(
        [
            "login False wangdachui by  from 203.0.113.1 x1: ",
            "login False wangdachui by  from 2001:db8::7 x1: ",
            "login False  by  from 203.0.113.1 x2: ",
            "login False wangdachui by  from 203.0.113.1 x2: ",
        ]);
        (failed[3].GetProperty("last_at").GetDateTimeOffset() - failed[3].GetProperty("at").GetDateTimeOffset()).ShouldBe(TimeSpan.FromMinutes(59));
    }

    [Fact]
    public async Task A_storm_of_failed_logins_from_everywhere_fills_no_more_than_its_entries()
    {
        await using var host = await servers.StartAsync(clock: _clock, settings: ("Audit:FailedLoginsAnHour", "5"));
        for (var i = 0; i < 12; i++)
            await FailAsync($"203.0.113.{i}");
        await Task.WhenAll(Enumerable.Range(0, 12).Select(i => FailAsync($"198.51.100.{i}")));
        await FailAsync("203.0.113.0");

        using var admin = host.CreateClient(await host.Client.TokenAsync("jackfrued", "123456"));
        var failed = (await admin.GetJsonAsync("/api/audit/?success=false&size=50")).GetProperty("results").EnumerateArray().ToList();

        failed.Count.ShouldBe(6);
        failed.Sum(entry => entry.GetProperty("count").GetInt32()).ShouldBe(25);
        Line(failed[0]).ShouldBe("login False  by  from  x19: more failed logins of this hour, of whomever and from wherever");
        Line(failed[^1]).ShouldBe("login False wangdachui by  from 203.0.113.0 x2: ");

        async Task FailAsync(string peer)
        {
            using var client = host.CreateClient(peer: peer);
            (await client.LogInAsync("wangdachui", "wrong").ReadAsync()).Status.ShouldBe(200);
        }
    }

    [Fact]
    public async Task It_holds_no_secret()
    {
        await using var suite = await AccountsSuite.StartAsync(servers, _clock);
        await suite.Anybody.LogInAsync("a-password-typed-as-a-name", "a-wrong-password").ReadAsync();
        await suite.Anybody.LogInAsync("wangdachui", "a-wrong-password").ReadAsync();
        var session = await suite.Anybody.TokenAsync("wangdachui", "123123");
        using var user = suite.Connect(session);
        var named = (await user.SendAsync("POST", "/api/tokens/", new { name = "ci" }).ExpectAsync(201)).GetProperty("token").GetString()!;

        var rows = await suite.Replica.QueryAsync(db => db.Database.SqlQuery<string>($"select entry::text as \"Value\" from audit_entries as entry").ToListAsync());

        rows.Count.ShouldBe(4);
        foreach (var secret in (string[])["a-password-typed-as-a-name", "a-wrong-password", "123123", session, named])
            rows.ShouldAllBe(row => !row.Contains(secret));
    }

    [Fact]
    public async Task What_it_cannot_tell_is_not_done()
    {
        await using var suite = await AccountsSuite.StartAsync(servers, _clock);
        using var user = await suite.LogInAsync("wangdachui", "123123");
        var token = await user.SendAsync("POST", "/api/tokens/", new { name = "x" }).ExpectAsync(201);
        await suite.Replica.QueryAsync(db => db.Database.ExecuteSqlRawAsync("alter table audit_entries rename to elsewhere"));

        (await suite.Anybody.LogInAsync("wangdachui", "123123").ReadAsync()).Status.ShouldBe(500);
        (await suite.Anybody.LogInAsync("wangdachui", "wrong").ReadAsync()).Status.ShouldBe(500);
        (await user.SendAsync("POST", "/api/tokens/", new { name = "y" })).Status.ShouldBe(500);
        (await user.SendAsync("DELETE", $"/api/tokens/{token.GetProperty("id")}/")).Status.ShouldBe(500);
        (await user.SendAsync("POST", "/api/logout/")).Status.ShouldBe(500);

        (await user.GetJsonAsync("/api/tokens/")).GetArrayLength().ShouldBe(1);
        (await suite.Replica.QueryAsync(db => db.LoginDebts.CountAsync())).ShouldBe(0);
    }

    [Fact]
    public async Task Filters_narrow_it_down_alone_and_together()
    {
        await using var host = await servers.StartAsync(clock: _clock);
        using var elsewhere = host.CreateClient(peer: "198.51.100.7");
        foreach (var (client, name, password) in new[]
        {
            (host.Client, "jackfrued", "123456"), (host.Client, "wangdachui", "wrong"), (elsewhere, "wangdachui", "123123"), (elsewhere, "wuzetian", "wrong"),
        })
        {
            await client.LogInAsync(name, password).ReadAsync();
            _clock.Advance(TimeSpan.FromHours(1));
        }

        using var admin = host.CreateClient(await host.Client.TokenAsync("jackfrued", "123456"));
        await admin.SendAsync("POST", "/api/tokens/", new { name = "x" }).ExpectAsync(201);
        var all = (await admin.GetJsonAsync("/api/audit/?size=50")).GetProperty("results").EnumerateArray().ToList();
        all.Count.ShouldBe(6);

        var filters = new Dictionary<string, Func<JsonElement, bool>>
        {
            ["event=login"] = entry => entry.GetProperty("event").GetString() == "login",
            ["event="] = _ => true,
            ["success=false"] = entry => !entry.GetProperty("success").GetBoolean(),
            ["user=wangdachui"] = entry => entry.GetProperty("user").GetString() == "wangdachui",
            ["user=%27%20or%201%3D1%20--"] = _ => false,
            ["actor=wangdachui"] = entry => entry.GetProperty("actor").GetString() == "wangdachui",
            ["address=198.51.100.7"] = entry => entry.GetProperty("address").GetString() == "198.51.100.7",
            ["since=2026-03-10T13:00:00Z"] = entry => entry.GetProperty("last_at").GetDateTimeOffset() >= At(13),
            ["until=2026-03-10T23:00:00%2B08:00"] = entry => entry.GetProperty("at").GetDateTimeOffset() < At(15),
            ["until=2026-03-10T14:00:00"] = entry => entry.GetProperty("at").GetDateTimeOffset() < At(14),
        };
        foreach (var subset in Enumerable.Range(0, 1 << filters.Count).Where(bits => int.PopCount(bits) <= 3))
        {
            var chosen = filters.Where((_, i) => (subset >> i & 1) == 1).ToList();
            if (chosen.GroupBy(filter => filter.Key.Split('=')[0]).Any(same => same.Count() > 1))
                continue;
            var query = string.Join('&', chosen.Select(filter => filter.Key));
            var found = (await admin.GetJsonAsync($"/api/audit/?size=50&{query}")).GetProperty("results").EnumerateArray();
            found.Select(Id).ShouldBe(all.Where(entry => chosen.All(filter => filter.Value(entry))).Select(Id), query);
        }

        foreach (var bad in (string[])["event=x", "success=maybe", "since=yesterday", "until=x", "page=0", "user=%00", $"address={new string('1', 51)}"])
            (await admin.FetchAsync($"/api/audit/?{bad}")).Status.ShouldBe(400, bad);
        (await admin.FetchAsync("/api/audit/?page=99")).Status.ShouldBe(404);

        static long Id(JsonElement entry) => entry.GetProperty("id").GetInt64();
        static DateTimeOffset At(int hour) => new(2026, 3, 10, hour, 0, 0, TimeSpan.Zero);
    }

    [Fact]
    public async Task Entries_go_after_184_days()
    {
        await using var host = await servers.StartAsync(clock: _clock);
        await host.Client.TokenAsync("wangdachui", "123123");
        _clock.Advance(TimeSpan.FromDays(183));
        await host.Client.TokenAsync("wuzetian", "123456");
        (await CountAsync()).ShouldBe(2);
        _clock.Advance(TimeSpan.FromDays(1) + TimeSpan.FromHours(1));
        await Eventually.Be(CountAsync, 1);

        Task<int> CountAsync() => host.QueryAsync(db => db.AuditEntries.CountAsync());
    }

    private static string Line(JsonElement entry) =>
        $"{entry.GetProperty("event")} {entry.GetProperty("success")} {entry.GetProperty("user")} by {entry.GetProperty("actor")} "
        + $"from {entry.GetProperty("address")} x{entry.GetProperty("count")}: {entry.GetProperty("detail")}";
}
