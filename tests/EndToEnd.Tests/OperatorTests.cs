using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using EmptyNumber.TestSupport;
using EmptyNumber.WholeSuite;

namespace EmptyNumber.EndToEnd.Tests;

/// <summary>What operators decide and see of customers' numbers, at the gateway.</summary>
[Collection("undialled")]
public sealed class OperatorTests(UndialledSuite undialled)
{
    private const int Busy = 5;
    private const int Unknown = 99;

    private readonly Suite _suite = undialled.Suite;

    [Fact]
    public async Task A_number_of_several_tasks_and_users_is_called_once_and_a_deleted_task_takes_it_from_nobody()
    {
        const string number = "13800138101";
        using var @operator = await _suite.LogInAsync();
        using var customer = await NewCustomerAsync(@operator, "two-tasks");
        var deleted = await @operator.SubmitAsync([number]);
        var twice = await @operator.SubmitAsync([number, number]);
        var other = await customer.SubmitAsync([number]);

        (await @operator.DeleteAsync($"/phone/{deleted}/")).EnsureSuccessStatusCode();
        var called = await undialled.DialAsync(customer, other, _ => BusyTone.Wav());

        called.ShouldBe([number]);
        await Eventually.Be(() => @operator.FinishedAsync(twice), 2);
        (await @operator.StatesAsync(twice)).ShouldAllBe(record => record.State == Busy);
        (await customer.StatesAsync(other)).ShouldBe([(number, Busy)]);
        var call = (await CallsAsync(@operator, number)).ShouldHaveSingleItem();
        call.GetProperty("state").GetInt32().ShouldBe(Busy);
        (await @operator.GetByteArrayAsync(call.GetProperty("recording").GetString())).ShouldBe(BusyTone.Wav());
    }

    [Fact]
    public async Task A_number_on_the_do_not_call_list_is_not_called_and_its_record_says_why()
    {
        const string before = "13800138201", after = "13800138202", free = "13800138203";
        using var @operator = await _suite.LogInAsync();
        using var customer = await NewCustomerAsync(@operator, "do-not-call");
        var queued = await customer.SubmitAsync([before, free]);

        (await @operator.PostAsJsonAsync("/do-not-call/", new { numbers = new[] { before, after }, reason = "投诉" })).EnsureSuccessStatusCode();
        var listed = await customer.SubmitAsync([after]);

        await Eventually.Be(() => customer.FinishedAsync(listed), 1);
        (await undialled.DialAsync(customer, queued, _ => BusyTone.Wav())).ShouldBe([free]);
        (await customer.StatesAsync(queued)).ShouldBe([(before, Unknown), (free, Busy)]);
        foreach (var task in new[] { queued, listed })
        {
            var id = (await customer.GetFromJsonAsync<JsonElement>($"/phone/{task}/"))[0].GetProperty("id").GetInt64();
            var record = await customer.GetFromJsonAsync<JsonElement>($"/record/{id}/");
            record.GetProperty("state").GetInt32().ShouldBe(Unknown);
            record.GetProperty("reason").GetString().ShouldBe("do_not_call");
            record.GetProperty("attempts").GetArrayLength().ShouldBe(0);
        }

        (await CallsAsync(@operator, before)).ShouldBeEmpty();
        (await @operator.DeleteAsync($"/do-not-call/{after}/")).EnsureSuccessStatusCode();
        (await undialled.DialAsync(customer, await customer.SubmitAsync([after]), _ => BusyTone.Wav())).ShouldBe([after]);
    }

    [Fact]
    public async Task Extensions_go_out_and_come_in_as_one_table_and_the_fleet_shows_what_they_do()
    {
        const string number = "13800138301";
        using var @operator = await _suite.LogInAsync();
        var table = await @operator.GetStringAsync("/extensions/?format=csv");
        using (var imported = await @operator.PostAsync(
            "/extensions/", new StringContent(table + "zz-1,\"a,\"\"secret\"\"\",sip.example.com\r\n", null, "text/csv")))
        {
            (await imported.EnsureSuccessStatusCode().Content.ReadAsStringAsync()).ShouldContain("\"added\":1");
        }

        (await @operator.GetStringAsync("/extensions/?format=csv&after=zz")).ShouldContain("zz-1,,sip.example.com,free");
        using var gateway = _suite.Connect();
        var dialer = new DialerClient(gateway);
        await dialer.NotifyAsync(default);
        await dialer.LeaseAsync(1, partial: false, default);
        var task = await @operator.SubmitAsync([number]);
        var plan = (await Eventually.Satisfy(() => dialer.DialPlanAsync(default), plans => plans.Count > 0)).Single();
        plan.PhoneNum.ShouldBe(number);
        (await ExtensionAsync()).GetProperty("state").GetString().ShouldBe("assigned");
        await dialer.StatusAsync("call", plan.ExtensionNum, number, default);

        var extension = await ExtensionAsync();
        extension.GetProperty("state").GetString().ShouldBe("dialling");
        extension.GetProperty("phoneNum").GetString().ShouldBe(number);
        extension.GetProperty("client").GetString().ShouldBe(dialer.Id[..8]);
        await dialer.LeaveAsync(default);
        (await ExtensionAsync()).GetProperty("state").GetString().ShouldBe("free");

        (await @operator.DeleteAsync($"/phone/{task}/")).EnsureSuccessStatusCode();
        (await @operator.DeleteAsync("/extensions/zz-1/")).EnsureSuccessStatusCode();
        (await @operator.GetStringAsync("/extensions/?format=csv")).ShouldBe(table);

        async Task<JsonElement> ExtensionAsync() =>
            (await @operator.GetFromJsonAsync<JsonElement>("/fleet/")).GetProperty("data").GetProperty("extensions").EnumerateArray()
                .Single(item => item.GetProperty("extensionNum").GetString() == plan.ExtensionNum);
    }

    [Fact]
    public async Task Customers_have_no_say_in_what_operators_decide()
    {
        using var @operator = await _suite.LogInAsync();
        using var customer = await NewCustomerAsync(@operator, "curious");
        using var nobody = _suite.Connect();

        foreach (var path in new[] { "/fleet/", "/extensions/", "/do-not-call/", "/calls/", "/audio/unknown/", "/audio/announcements/" })
        {
            (await nobody.GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized, path);
            (await customer.GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.Forbidden, path);
        }
    }

    private static async Task<JsonElement[]> CallsAsync(HttpClient @operator, string number) =>
        [.. (await @operator.GetFromJsonAsync<JsonElement>($"/calls/?number={number}")).GetProperty("data").GetProperty("calls").EnumerateArray()];

    /// <summary>Somebody with the role <c>user</c> alone.</summary>
    private async Task<HttpClient> NewCustomerAsync(HttpClient admin, string name)
    {
        const string password = "a long enough password";
        (await admin.PostAsJsonAsync("/api/users/", new { name, password, roles = new[] { "user" } })).EnsureSuccessStatusCode();
        return await _suite.LogInAsync(name, password);
    }
}
