using System.Diagnostics;
using System.Net;
using System.Text.Json;
using EmptyNumber.DialerCoordinator.Model;
using EmptyNumber.TestSupport;
using Microsoft.EntityFrameworkCore;

namespace EmptyNumber.DialerCoordinator.Tests;

/// <summary>The accounts that dialers call from, as operators see them.</summary>
[Collection("coordinator")]
public sealed class ExtensionTests(CoordinatorServers servers)
{
    private const string Secret = "s3cret,\"密码";

    [Fact]
    public async Task What_an_operator_posts_a_dialer_leases()
    {
        await using var service = await CoordinatorService.StartAsync(servers, extensions: 0);
        var (dialer, @operator) = (service.NewDialer(), service.NewOperator());

        (await @operator.PostAsync("/extensions/", $$"""[{"extensionNum":"601","password":{{JsonSerializer.Serialize(Secret)}},"host":"pbx:5060"},{"extensionNum":"602","password":"x"}]"""))
            .ToString().ShouldBe("""{"added":2,"updated":0}""");

        await dialer.NotifyAsync();
        var accounts = (await dialer.GetAsync($"/accounts/{dialer.Id}?threadsNum=2")).GetProperty("accounts");
        accounts[0].GetProperty("password").GetString().ShouldBe(Secret);
        accounts[0].GetProperty("host").GetString().ShouldBe("pbx:5060");
        accounts[1].GetRawText().ShouldBe("""{"extensionNum":"602","password":"x"}""");
    }

    [Fact]
    public async Task Passwords_are_encrypted_at_rest_and_appear_in_no_answer_and_no_trace()
    {
        var seen = new List<string>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = _ => true,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                lock (seen)
                    seen.AddRange(activity.TagObjects.Select(tag => $"{tag.Value}"));
            },
        };
        await using var service = await CoordinatorService.StartAsync(servers, extensions: 1);
        ActivitySource.AddActivityListener(listener);
        var (dialer, @operator) = (service.NewDialer(), service.NewOperator());

        await @operator.PostAsync("/extensions", """[{"extensionNum":"601","password":"open-sesame"}]""");
        await dialer.JoinAsync(2);
        await Eventually.Async(() => Task.FromResult(seen.Count > 0), () => "no traces");

        (await service.QueryAsync(db => db.Extensions.Select(extension => extension.Password).ToListAsync()))
            .ShouldAllBe(stored => stored.StartsWith("CfDJ8") && !stored.Contains("sesame") && !stored.Contains("demo"));
        foreach (var path in new[] { "/extensions", "/fleet" })
            (await @operator.GetAsync(path)).ToString().ShouldNotContain("sesame");
        (await @operator.Http.GetStringAsync("/extensions?format=csv")).ShouldNotContain("sesame");
        lock (seen)
            seen.ShouldAllBe(text => !text.Contains("sesame"));
    }

    [Fact]
    public async Task Passwords_from_before_are_read_and_encrypted_by_the_next_migrate()
    {
        await using var service = await CoordinatorService.StartAsync(servers, extensions: 0);
        await service.QueryAsync(db => db.Database.ExecuteSqlAsync($"insert into extensions (number, password) values ('601', 'of old')"));
        var dialer = service.NewDialer();
        await dialer.JoinAsync(1);
        (await PasswordAsync()).ShouldBe("of old");

        await service.MigrateAsync();

        (await service.QueryAsync(db => db.Extensions.SingleAsync())).Password.ShouldStartWith("CfDJ8");
        (await PasswordAsync()).ShouldBe("of old");

        async Task<string?> PasswordAsync() =>
            (await dialer.GetAsync($"/accounts/{dialer.Id}?threadsNum=1")).GetProperty("accounts")[0].GetProperty("password").GetString();
    }

    [Fact]
    public async Task An_extension_whose_password_cannot_be_read_is_quarantined_and_others_are_leased()
    {
        await using var service = await CoordinatorService.StartAsync(servers, extensions: 4);
        await service.QueryAsync(db => db.Database.ExecuteSqlAsync(
            $"update extensions set password = case number when '8001' then left(password, 20) else left(password, 21) end where number in ('8001', '8003')"));
        var (dialer, @operator) = (service.NewDialer(), service.NewOperator());

        (await dialer.JoinAsync(2)).ShouldBe(["8002", "8004"]);

        var quarantined = await @operator.GetAsync("/extensions?state=quarantined");
        Numbers(quarantined).ShouldBe(["8001", "8003"]);
        quarantined.GetProperty("extensions")[0].GetProperty("quarantineReason").GetString()!.ShouldContain("password cannot be read");
        await dialer.AccountsAsync(3, expected: 409);
        await @operator.PostAsync("/extensions", """[{"extensionNum":"8001","password":"new"}]""");
        (await dialer.AccountsAsync(3)).ShouldBe(["8001", "8002", "8004"]);
        await service.ShouldBeSoundAsync();
    }

    [Fact]
    public async Task Where_passwords_that_cannot_be_read_leave_too_few_extensions_nothing_is_leased()
    {
        await using var service = await CoordinatorService.StartAsync(servers, extensions: 4);
        await service.QueryAsync(db => db.Database.ExecuteSqlAsync($"update extensions set password = left(password, 20) where number in ('8001', '8003')"));
        await service.QueueAsync(1, "13800138000");
        var (dialer, @operator) = (service.NewDialer(), service.NewOperator());
        await dialer.NotifyAsync();

        await dialer.AccountsAsync(3, expected: 409);

        Numbers(await @operator.GetAsync("/extensions?state=quarantined")).ShouldBe(["8001", "8003"]);
        Numbers(await @operator.GetAsync("/extensions?state=leased")).ShouldBeEmpty();
        (await dialer.DialPlanAsync()).ShouldBeEmpty("its client knows the password of none");
        (await dialer.AccountsAsync(3, "&partial=true")).ShouldBe(["8002", "8004"]);
        await service.ShouldBeSoundAsync();
    }

    [Fact]
    public async Task A_table_is_imported_and_its_export_can_be_imported_again()
    {
        await using var service = await CoordinatorService.StartAsync(servers, extensions: 0);
        var (dialer, @operator) = (service.NewDialer(), service.NewOperator());
        await @operator.PostAsync("/extensions", "\uFEFFextensionNum, Password ,host,note\r\n601,\"s3cret,\"\"密码\",pbx\r\n+602,x,,second floor\r\n", type: "text/csv");
        await QuarantineAsync(service, "601");

        using var request = new HttpRequestMessage(HttpMethod.Get, "/extensions/") { Headers = { { "Accept", "text/csv" } } };
        using var response = await @operator.Http.SendAsync(request);
        var table = await response.Content.ReadAsStringAsync();
        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/csv");
        table.Split("\r\n")[1].ShouldMatch("^'?\\+602,,,free,,,,$");
        table.Split("\r\n")[2].ShouldMatch("^601,,pbx,quarantined,,,20.*Z,debt$");

        (await @operator.PostAsync("/extensions", table.Replace("pbx", "pbx2"), type: "text/csv")).ToString().ShouldBe("""{"added":0,"updated":2}""");

        var page = (await @operator.GetAsync("/extensions?state=quarantined")).GetProperty("extensions");
        page.GetArrayLength().ShouldBe(1);
        page[0].GetProperty("host").GetString().ShouldBe("pbx2");
        await @operator.SendAsync("DELETE", "/extensions/601/quarantine/");
        await dialer.JoinAsync(2);
        var accounts = (await dialer.GetAsync($"/accounts/{dialer.Id}?threadsNum=2")).GetProperty("accounts").EnumerateArray()
            .Select(account => account.GetProperty("password").GetString());
        accounts.ShouldBe(["x", Secret]);
    }

    [Fact]
    public async Task An_extension_posted_again_takes_the_new_password_and_leaves_quarantine()
    {
        await using var service = await CoordinatorService.StartAsync(servers, extensions: 1);
        var (dialer, @operator) = (service.NewDialer(), service.NewOperator());
        await QuarantineAsync(service, "8001");
        await dialer.NotifyAsync();
        await dialer.AccountsAsync(1, expected: 409);

        await @operator.PostAsync("/extensions", """[{"extensionNum":"8001","password":"paid"}]""");

        (await dialer.GetAsync($"/accounts/{dialer.Id}?threadsNum=1")).ToString().ShouldBe("""{"accounts":[{"extensionNum":"8001","password":"paid"}]}""");
    }

    [Theory]
    [InlineData("application/json", """[{"extensionNum":"1","password":"a"},{"password":"a"},{"extensionNum":"1","password":"b"},{"extensionNum":"a/b","password":"a"},null,{"extensionNum":"2","password":"a\u0007"},{"extensionNum":"3","password":"a","host":"a b"}]""", 1, 2, 3, 4, 5, 6)]
    [InlineData("text/csv", "extensionNum,password,host\n1,a,\n,a,\n1,b,\n", 1, 2)]
    [InlineData("application/json", """[{"extensionNum":"8001","password":""},{"extensionNum":"new"}]""", 1)]
    public async Task Bad_extensions_are_told_by_their_place_and_nothing_is_stored(string type, string body, params int[] places)
    {
        await using var service = await CoordinatorService.StartAsync(servers, extensions: 1, replicas: 1);

        var data = await service.NewOperator().PostAsync("/extensions", body, 400, type);

        data.GetProperty("invalid").EnumerateArray().Select(item => item.GetProperty("index").GetInt32()).ShouldBe(places);
        data.ToString().ShouldNotContain("password\":");
        (await service.QueryAsync(db => db.Extensions.CountAsync())).ShouldBe(1);
    }

    [Theory]
    [InlineData("application/json", "[]", 400)]
    [InlineData("application/json", "{", 400)]
    [InlineData("application/json", """[{"extensionNum":8001}]""", 400)]
    [InlineData("text/csv", "", 400)]
    [InlineData("text/csv", "number,password\n1,a\n", 400)]
    [InlineData("text/csv", "extensionNum,password\n\"1,a\n", 400)]
    [InlineData("text/plain", "1", 415)]
    public async Task What_is_no_list_of_extensions_is_refused(string type, string body, int status)
    {
        await using var service = await CoordinatorService.StartAsync(servers, extensions: 0, replicas: 1);
        await service.NewOperator().PostAsync("/extensions", body, status, type);
    }

    [Fact]
    public async Task A_removed_extension_ends_its_call_and_gets_no_other()
    {
        await using var service = await CoordinatorService.StartAsync(servers, extensions: 1);
        var (dialer, @operator) = (service.NewDialer(), service.NewOperator());
        await dialer.JoinAsync(1);
        await service.QueueAsync(1, "13800138001", "13800138002");
        var (extension, number) = (await dialer.DialPlanAsync()).ShouldHaveSingleItem();
        await dialer.StatusAsync("call", extension, number);

        await @operator.SendAsync("DELETE", "/extensions/8001/");

        await dialer.UploadAsync(extension, number);
        await dialer.StatusAsync("idle", extension);
        (await dialer.DialPlanAsync()).ShouldBeEmpty();
        (await service.QueryAsync(db => db.DialJobs.SingleAsync(job => job.Number == number))).State.ShouldBe(DialJobState.Recorded);
        (await dialer.AccountsAsync(1, "&partial=true")).ShouldBeEmpty();
        await @operator.SendAsync("DELETE", "/extensions/8001", 404);
        await @operator.SendAsync("DELETE", "/extensions/8001/quarantine", 404);
    }

    [Fact]
    public async Task Extensions_are_listed_page_by_page_with_who_holds_them()
    {
        await using var service = await CoordinatorService.StartAsync(servers, extensions: 5);
        var (dialer, @operator) = (service.NewDialer(), service.NewOperator());
        await dialer.JoinAsync(2, "机房一");
        await QuarantineAsync(service, "8005");

        var first = await @operator.GetAsync("/extensions/?limit=3");
        Numbers(first).ShouldBe(["8001", "8002", "8003"]);
        var second = await @operator.GetAsync($"/extensions?limit=3&after={first.GetProperty("next")}");
        Numbers(second).ShouldBe(["8004", "8005"]);
        second.GetProperty("next").ValueKind.ShouldBe(JsonValueKind.Null);

        var held = first.GetProperty("extensions")[0];
        held.GetProperty("client").GetString().ShouldBe(dialer.Id[..8]);
        held.GetProperty("clientName").GetString().ShouldBe("机房一");
        var quarantined = second.GetProperty("extensions")[1];
        quarantined.GetProperty("quarantineReason").GetString().ShouldBe("debt");
        quarantined.GetProperty("quarantinedAt").ValueKind.ShouldBe(JsonValueKind.String);
        Numbers(await @operator.GetAsync("/extensions?state=leased")).ShouldBe(["8001", "8002"]);
        Numbers(await @operator.GetAsync("/extensions?state=free")).ShouldBe(["8003", "8004"]);
        Numbers(await @operator.GetAsync("/extensions?state=quarantined")).ShouldBe(["8005"]);
        foreach (var bad in new[] { "state=lost", "limit=0", "limit=1001", "format=xml" })
            await @operator.GetAsync($"/extensions?{bad}", 400);
    }

    [Fact]
    public async Task Only_operators_may_enter()
    {
        await using var service = await CoordinatorService.StartAsync(servers, replicas: 1);
        (string Method, string Path)[] doors =
        [
            ("GET", "/fleet/"), ("GET", "/extensions/"), ("POST", "/extensions/"), ("DELETE", "/extensions/8001/"), ("DELETE", "/extensions/8001/quarantine/"),
            ("GET", "/do-not-call/"), ("POST", "/do-not-call/"), ("DELETE", "/do-not-call/13800138000/"), ("GET", "/calls/"), ("GET", $"/calls/{Guid.NewGuid()}/recording/"),
        ];
        foreach (var (method, path) in doors)
        {
            await service.NewDialer().SendAsync(method, path, 401); // a trusted network does not suffice
            (await service.Stranger().SendAsync(new HttpRequestMessage(new(method), path))).StatusCode.ShouldBe(HttpStatusCode.Unauthorized, path);
            await service.NewOperator("dialer").SendAsync(method, path, 403);
        }

        await service.NewOperator("admin").GetAsync("/fleet");
    }

    private static string[] Numbers(JsonElement page) =>
        [.. page.GetProperty("extensions").EnumerateArray().Select(extension => extension.GetProperty("extensionNum").GetString()!)];

    private static Task<int> QuarantineAsync(CoordinatorService service, string number) => service.QueryAsync(db => db.Extensions
        .Where(extension => extension.Number == number)
        .ExecuteUpdateAsync(set => set.SetProperty(e => e.QuarantinedAt, service.Clock.GetUtcNow()).SetProperty(e => e.QuarantineReason, "debt")));
}
