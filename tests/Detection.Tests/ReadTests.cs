using System.Net;
using EmptyNumber.TestSupport;

namespace EmptyNumber.Detection.Tests;

[Collection("detection")]
public sealed class ReadTests(DetectionService service)
{
    [Fact]
    public async Task A_list_holds_whole_tasks_oldest_first()
    {
        var user = service.NewUser();
        var first = await user.SubmitAsync("15388284660", "18382233084");
        var second = await user.SubmitAsync("18382233084");

        var list = await user.GetJsonAsync("/phone/");

        list.EnumerateArray().Select(task => task.GetProperty("task_id").GetInt64()).ShouldBe([first, second]);
        var task = list[0];
        task.Names().ShouldBe(["task_id", "is_batch", "query_data", "query_date"]);
        task.GetProperty("is_batch").GetBoolean().ShouldBeTrue();
        task.GetProperty("query_data").Numbers().ShouldBe(["15388284660", "18382233084"]);
        var record = task.GetProperty("query_data")[0];
        record.Names().ShouldBe(["id", "number", "state", "carrier", "task_id"]);
        record.GetProperty("state").GetInt32().ShouldBe(0);
        record.GetProperty("carrier").GetString().ShouldBe("中国电信");
        record.GetProperty("task_id").GetInt64().ShouldBe(first);
    }

    [Fact]
    public async Task Text_is_written_unescaped()
    {
        var user = service.NewUser();
        var task = await user.SubmitAsync("13800138000");

        (await user.GetStringAsync($"/phone/{task}")).ShouldContain("\"carrier\":\"中国移动\"");
    }

    [Fact]
    public async Task The_number_filter_of_the_list_selects_tasks_and_that_of_a_task_selects_records()
    {
        var user = service.NewUser();
        var both = await user.SubmitAsync("13811112222", "13933334444");
        var one = await user.SubmitAsync("13933334444");

        var list = await user.GetJsonAsync("/phone?number=1111");
        list.EnumerateArray().Select(task => task.GetProperty("task_id").GetInt64()).ShouldBe([both]);
        list[0].GetProperty("query_data").Numbers().ShouldBe(["13811112222", "13933334444"]);
        (await user.GetJsonAsync("/phone?number=")).GetArrayLength().ShouldBe(2);
        (await user.GetJsonAsync("/phone?number=99999")).GetArrayLength().ShouldBe(0);
        (await user.GetJsonAsync($"/phone/{both}/?number=3333")).Numbers().ShouldBe(["13933334444"]);
        (await user.GetJsonAsync($"/phone/{one}/?number=1111")).GetArrayLength().ShouldBe(0);
    }

    [Theory]
    [InlineData("start_date=2026-03-10", true)]
    [InlineData("start_date=2026-03-11", false)]
    [InlineData("end_date=2026-03-10", true)]
    [InlineData("end_date=2026-03-09", false)]
    [InlineData("start_date=2026-03-10&end_date=2026-03-10", true)]
    [InlineData("start_date=2026-03-11&end_date=2026-03-09", false)]
    [InlineData("start_date=&end_date=", true)]
    public async Task Dates_include_whole_days(string query, bool found)
    {
        var user = service.NewUser();
        await user.SubmitAsync("13800138000"); // on 2026-03-10 at 20:00 in Shanghai

        (await user.GetJsonAsync($"/phone?{query}")).GetArrayLength().ShouldBe(found ? 1 : 0);
    }

    [Fact]
    public async Task Days_begin_and_end_at_midnight_in_Shanghai()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 3, 10, 15, 59, 59, TimeSpan.Zero)); // 23:59:59
        await using var late = await service.StartReplicaAsync(clock);
        var user = service.NewUser(late);
        await user.SubmitAsync("13800138000");
        clock.Advance(TimeSpan.FromSeconds(1)); // 00:00:00 of the 11th
        await user.SubmitAsync("13900139000");

        (await user.GetJsonAsync("/phone?end_date=2026-03-10"))[0].GetProperty("query_data").Numbers().ShouldBe(["13800138000"]);
        (await user.GetJsonAsync("/phone?start_date=2026-03-11"))[0].GetProperty("query_data").Numbers().ShouldBe(["13900139000"]);
    }

    [Theory]
    [InlineData("/phone?start_date=2026-3-1")]
    [InlineData("/phone?start_date=2026-02-30")]
    [InlineData("/phone?end_date=yesterday")]
    [InlineData("/phone?end_date=9999-12-31")]
    [InlineData("/phone?start_date=0001-01-01")]
    [InlineData("/phone?number=12a")]
    [InlineData("/phone?number=%25")]
    [InlineData("/phone?number=138001380001")]
    [InlineData("/phone/1/?number=1_")]
    public async Task A_malformed_filter_is_refused(string path) =>
        (await service.NewUser().GetJsonAsync(path, HttpStatusCode.BadRequest)).GetProperty("error").GetString().ShouldNotBeNullOrEmpty();

    [Fact]
    public async Task Tasks_of_others_are_not_there_not_even_for_an_admin()
    {
        var owner = service.NewUser();
        var task = await owner.SubmitAsync("13800138000");
        var record = (await owner.GetJsonAsync($"/phone/{task}"))[0].GetProperty("id").GetInt64();
        var admin = service.NewUser("admin");

        foreach (var path in new[] { $"/detect/{task}/process/", $"/phone/{task}/", $"/record/{record}/" })
            (await admin.GetJsonAsync(path, HttpStatusCode.NotFound)).GetProperty("error").GetString().ShouldBe("Not Found");
        (await admin.DeleteAsync($"/phone/{task}/")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await admin.GetJsonAsync("/phone/")).GetArrayLength().ShouldBe(0);
        (await owner.GetJsonAsync($"/phone/{task}")).GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task All_who_ask_for_progress_at_once_are_answered_each_for_himself()
    {
        var (one, other) = (service.NewUser(), service.NewUser());
        long[] tasks = [await one.SubmitAsync("13800138000"), await one.SubmitAsync("13800138000", "13800138001"), await other.SubmitAsync("13800138000", "13800138001", "13800138002")];

        var answers = await Task.WhenAll(Enumerable.Range(0, 300).Select(async i =>
        {
            using var response = await (i % 2 == 0 ? one : other).GetAsync($"/detect/{tasks[i % 3]}/process/");
            return (Asked: i, response.StatusCode, Body: await response.Content.ReadAsStringAsync());
        }));

        foreach (var (asked, status, body) in answers)
        {
            var isHis = asked % 2 == 0 == asked % 3 < 2;
            status.ShouldBe(isHis ? HttpStatusCode.OK : HttpStatusCode.NotFound);
            body.ShouldBe(isHis ? $$"""{"finished":0,"total":{{asked % 3 + 1}}}""" : """{"error":"Not Found"}""");
        }
    }

    [Fact]
    public async Task Long_lists_are_whole_and_in_order_whatever_the_sizes_of_their_tasks()
    {
        var user = service.NewUser();
        var sent = new List<(long Task, string[] Numbers)>();
        foreach (var size in (int[])[1, 1999, 3, 4500, 1, 2000, 2001, 2])
        {
            var numbers = Enumerable.Range(0, size).Select(i => $"137{i:d8}").ToArray();
            sent.Add((await user.SubmitAsync(numbers), numbers));
        }

        var list = (await user.GetJsonAsync("/phone/")).EnumerateArray().ToArray();
        list.Select(task => task.GetProperty("task_id").GetInt64()).ShouldBe(sent.Select(task => task.Task));
        foreach (var (task, (_, numbers)) in list.Zip(sent))
            task.GetProperty("query_data").Numbers().ShouldBe(numbers);

        var page = await user.GetJsonAsync($"/phone?after={sent[2].Task}&limit=2");
        page.EnumerateArray().Select(task => task.GetProperty("query_data").GetArrayLength()).ShouldBe([4500, 1]);
        var records = (await user.GetJsonAsync($"/phone/{sent[3].Task}?limit=3000")).EnumerateArray().ToArray();
        records.Length.ShouldBe(3000);
        (await user.GetJsonAsync($"/phone/{sent[3].Task}?after={records[^1].GetProperty("id").GetInt64()}")).Numbers().ShouldBe(sent[3].Numbers[3000..]);
    }
}
