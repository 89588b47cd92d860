using System.Net;
using System.Text;
using System.Text.Json;
using EmptyNumber.Contracts;
using EmptyNumber.ServiceDefaults.Recordings;
using EmptyNumber.TestSupport;
using Microsoft.Extensions.DependencyInjection;

namespace EmptyNumber.Detection.Tests;

/// <summary>Files in, and pages and files out.</summary>
[Collection("detection")]
public sealed class FileTests(DetectionService service)
{
    [Theory]
    [InlineData("13800138001\n13800138002\n")]
    [InlineData("13800138001\r\n\r\n13800138002")]
    [InlineData("\uFEFFnumber\n13800138001\n+86 138-0013-8002\n")]
    [InlineData("name,手机号,city\n王,13800138001,成都\n\"李, 四\",\"13800138002\",北京\n")]
    [InlineData("id;Phone\n1;13800138001\n2;13800138002\n")]
    [InlineData("号码\tx\n13800138001\t\n13800138002\t1\n")]
    public async Task A_text_or_csv_file_is_a_task(string file)
    {
        var user = service.NewUser();

        var json = await (await UploadAsync(user, Encoding.UTF8.GetBytes(file))).ReadAsync();

        json.Names().ShouldBe(["task_id", "is_batch", "len", "query_date", "rejected"]);
        json.GetProperty("len").GetInt32().ShouldBe(2);
        json.GetProperty("rejected").GetInt32().ShouldBe(0);
        (await user.GetJsonAsync($"/phone/{json.GetProperty("task_id")}")).Numbers().ShouldBe(["13800138001", "13800138002"]);
    }

    [Fact]
    public async Task A_file_in_GB18030_is_read_as_well()
    {
        var gb18030 = CodePagesEncodingProvider.Instance.GetEncoding("GB18030")!;

        var json = await (await UploadAsync(service.NewUser(), gb18030.GetBytes("姓名,手机号\n王大锤,13800138001\n"))).ReadAsync();

        json.GetProperty("len").GetInt32().ShouldBe(1);
        json.GetProperty("is_batch").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task Bad_lines_are_skipped_counted_and_told_with_their_line()
    {
        var user = service.NewUser();
        var file = $"手机号,x\n13800138001,a\nnonsense,b\n\n,c\n12,\"d\n13800138002,e\n{new string('9', 10_000)}\n13800138003";

        var json = await (await UploadAsync(user, Encoding.UTF8.GetBytes(file))).ReadAsync();

        json.GetProperty("len").GetInt32().ShouldBe(3);
        json.GetProperty("rejected").GetInt32().ShouldBe(4);
        var task = json.GetProperty("task_id").GetInt64();
        var response = await user.GetAsync($"/detect/{task}/rejected/");
        response.Content.Headers.ContentType!.ToString().ShouldBe("text/csv; charset=utf-8");
        var lines = (await response.Content.ReadAsByteArrayAsync()).AsSpan();
        lines.StartsWith(Encoding.UTF8.Preamble).ShouldBeTrue();
        Encoding.UTF8.GetString(lines[3..]).Split("\r\n").ShouldBe(
        [
            "line,text,reason",
            "3,\"nonsense,b\",not a mobile number",
            "5,\",c\",no number",
            "6,\"12,\"\"d\",not a mobile number",
            $"8,{new string('9', 64)},the line is too long",
            "",
        ]);
        (await service.NewUser().GetAsync($"/detect/{task}/rejected/")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_file_without_numbers_or_with_too_many_lines_is_refused_and_nothing_is_stored()
    {
        var user = service.NewUser();

        (await UploadAsync(user, "number\nnonsense\n"u8.ToArray())).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await UploadAsync(user, [])).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var many = string.Concat(Enumerable.Range(0, 6001).Select(i => $"1380013{i:d4}\n"));
        (await (await UploadAsync(user, Encoding.UTF8.GetBytes(many))).ReadAsync(HttpStatusCode.BadRequest)).GetProperty("error").GetString()!.ShouldContain("6000");

        (await user.GetJsonAsync("/phone/")).GetArrayLength().ShouldBe(0);
        (await user.GetJsonAsync("/usage/")).GetProperty("submitted").GetInt32().ShouldBe(0);
    }

    [Fact]
    public async Task A_body_that_is_no_multipart_is_refused()
    {
        var user = service.NewUser();

        (await user.PostTextAsync("/detect/file/", "13800138001", "text/csv")).StatusCode.ShouldBe(HttpStatusCode.UnsupportedMediaType);
        (await UploadAsync(user, "13800138001"u8.ToArray(), field: "other")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var broken = new ByteArrayContent("--x\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\n13800138001"u8.ToArray());
        broken.Headers.TryAddWithoutValidation("Content-Type", "multipart/form-data; boundary=x");
        (await user.PostAsync("/detect/file/", broken)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await UploadAsync(user, "13800138001"u8.ToArray(), "?priority=urgent")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Lists_are_read_in_pages()
    {
        var user = service.NewUser();
        var tasks = new List<long>();
        for (var i = 0; i < 5; i++)
            tasks.Add(await user.SubmitAsync([.. Enumerable.Range(0, 4).Select(n => $"1350000{i}{n:d3}")]));

        (await TaskIdsAsync("limit=2")).ShouldBe(tasks[..2]);
        (await TaskIdsAsync($"limit=2&after={tasks[1]}")).ShouldBe(tasks[2..4]);
        (await TaskIdsAsync($"after={tasks[4]}")).ShouldBeEmpty();
        var first = await user.GetJsonAsync($"/phone/{tasks[0]}?limit=3");
        first.GetArrayLength().ShouldBe(3);
        (await user.GetJsonAsync($"/phone/{tasks[0]}?after={first[2].GetProperty("id")}")).Numbers().ShouldBe(["13500000003"]);
        foreach (var bad in new[] { "limit=0", "limit=x", "after=-1", "limit=99999999" })
            await user.GetJsonAsync($"/phone?{bad}", HttpStatusCode.BadRequest);

        async Task<long[]> TaskIdsAsync(string query) =>
            [.. (await user.GetJsonAsync($"/phone?{query}")).EnumerateArray().Select(task => task.GetProperty("task_id").GetInt64())];
    }

    [Fact]
    public async Task Records_are_filtered_by_state_and_come_as_csv_in_words()
    {
        var user = service.NewUser();
        var task = await user.SubmitAsync("13511110001", "13511110002");
        var ids = (await user.GetJsonAsync($"/phone/{task}")).EnumerateArray().Select(record => record.GetProperty("id").GetInt64()).ToArray();
        await ResolveAsync(user, task, new ResolvedNumber("13511110001", [ids[0]], NumberState.Vacant, null, 0.9, null, service.Clock.GetUtcNow(), [], null));

        (await user.GetJsonAsync($"/phone/{task}?state=2")).Numbers().ShouldBe(["13511110001"]);
        (await user.GetJsonAsync($"/phone/{task}?state=0")).Numbers().ShouldBe(["13511110002"]);
        await user.GetJsonAsync($"/phone/{task}?state=50", HttpStatusCode.BadRequest);
        var expected = $"\uFEFFid,number,state,carrier,task_id\r\n{ids[0]},13511110001,空号,中国移动,{task}\r\n{ids[1]},13511110002,检测中,中国移动,{task}\r\n";
        Encoding.UTF8.GetString(await user.GetByteArrayAsync($"/phone/{task}?format=csv")).ShouldBe(expected);
        using var accepting = new HttpRequestMessage(HttpMethod.Get, $"/phone/{task}") { Headers = { { "Accept", "text/csv" } } };
        Encoding.UTF8.GetString(await (await user.SendAsync(accepting)).Content.ReadAsByteArrayAsync()).ShouldBe(expected);
    }

    [Fact]
    public async Task The_recording_of_a_call_is_there_for_whoever_owns_the_record()
    {
        var user = service.NewUser();
        var task = await user.SubmitAsync("13511110003");
        var record = (await user.GetJsonAsync($"/phone/{task}"))[0].GetProperty("id").GetInt64();
        byte[] wav = [.. "RIFF"u8, 1, 2, 3];
        var store = service.Host.Services.GetRequiredService<IRecordingStore>();
        var recording = await store.SaveAsync(wav, default);
        var call = new CallAttempt(Guid.NewGuid(), service.Clock.GetUtcNow(), "8001", new Signalling(null, null, null), NumberState.Vacant, 0.9, null, null, recording, null);
        await ResolveAsync(user, task, new ResolvedNumber("13511110003", [record], NumberState.Vacant, null, 0.9, null, service.Clock.GetUtcNow(), [call], null));

        var url = (await user.GetJsonAsync($"/record/{record}/")).GetProperty("recording").GetString()!;

        var response = await user.GetAsync(url);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("audio/wav");
        (await response.Content.ReadAsByteArrayAsync()).ShouldBe(wav);
        (await service.NewUser().GetAsync(url)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await user.GetAsync($"/record/{record}/recording/{Guid.NewGuid()}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);

        await store.RemoveAsync([new StoredRecording(recording, wav.Length, DateTimeOffset.MaxValue)], default);

        (await user.GetJsonAsync(url, HttpStatusCode.NotFound)).GetProperty("error").GetString().ShouldBe("The recording is no longer kept");
        (await user.GetJsonAsync($"/record/{record}/")).GetProperty("attempts").GetArrayLength().ShouldBe(1);
    }

    private async Task ResolveAsync(HttpClient user, long task, ResolvedNumber number)
    {
        await service.Bus.PublishAsync(new NumbersResolved([number]));
        await Eventually.Be(async () => (await user.GetJsonAsync($"/detect/{task}/process/")).GetProperty("finished").GetInt32(), 1);
    }

    private static Task<HttpResponseMessage> UploadAsync(HttpClient user, byte[] file, string query = "", string field = "file") =>
        user.PostAsync($"/detect/file/{query}", new MultipartFormDataContent { { new ByteArrayContent(file), field, "numbers.csv" } });
}
