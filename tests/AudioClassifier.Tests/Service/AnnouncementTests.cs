using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using EmptyNumber.AudioClassifier.Analysis;
using EmptyNumber.AudioClassifier.Infrastructure;
using EmptyNumber.AudioClassifier.Tests.Analysis;
using EmptyNumber.Contracts;
using EmptyNumber.TestSupport;
using Microsoft.Extensions.DependencyInjection;

namespace EmptyNumber.AudioClassifier.Tests.Service;

[Collection("classifier")]
public sealed class AnnouncementTests(ClassifierService service)
{
    private static readonly TimeSpan InForceWithin = TimeSpan.FromSeconds(2);

    private readonly HttpClient _operator = service.As("operator");

    [Fact]
    public async Task An_announcement_is_in_force_on_all_replicas_within_2_seconds_and_gone_as_fast()
    {
        var speech = Sound.Speech(1);
        (await StateAsync(service.OperatorOfSecond(), speech)).ShouldBe(0);

        var added = await AddedAsync(speech, "3", "您好，您拨打的号码已停机");
        await InForceAsync(added.GetProperty("version").GetInt64());
        (await StateAsync(_operator, speech)).ShouldBe(3);
        (await StateAsync(service.OperatorOfSecond(), Sound.Join(Sound.Ringback(1, 2), speech))).ShouldBe(3);

        var deleted = await service.OperatorOfSecond().DeleteAsync($"/audio/announcements/{added.Id()}/");
        await InForceAsync((await JsonAsync(deleted)).GetProperty("version").GetInt64());
        (await StateAsync(_operator, speech)).ShouldBe(0);
        (await _operator.DeleteAsync($"/audio/announcements/{added.Id()}/")).StatusCode.ShouldBe(HttpStatusCode.NotFound);

        var changes = (await JsonAsync(await _operator.GetAsync("/audio/announcements/versions?limit=2"))).GetProperty("changes").EnumerateArray().ToList();
        changes.Select(change => change.GetProperty("kind").GetString()).ShouldBe(["deleted", "added"]);
        changes.ShouldAllBe(change => change.GetProperty("announcements")[0].GetString() == added.Id());
    }

    [Fact]
    public async Task Enrolment_trims_silence_and_tones_around_the_speech()
    {
        var speech = Sound.Speech(2);
        var added = await AddedAsync(Sound.Join(Sound.Silence(1), Sound.Ringback(1, 2), speech, Sound.Silence(2)), "2", "空号");

        var wav = await _operator.GetByteArrayAsync(added.GetProperty("audio").GetString());
        WavReader.Read(wav).Seconds.ShouldBe((double)speech.Length / Sound.Rate, 0.15);
        await RemoveAsync(added);
    }

    [Fact]
    public async Task What_cannot_be_enrolled_is_refused_with_the_reason()
    {
        var speech = Sound.Wav(Sound.Speech(3));
        (byte[]? Audio, string? State, string? Text, string Reason)[] bad =
        [
            (Sound.Wav(Sound.Silence(5)), "2", "空号", "silent"),
            (Sound.Wav(Sound.Ringback(2)), "2", "空号", "tones"),
            (Sound.Wav(Sound.Join(Sound.Silence(1), Sound.Speech(3)[..4800], Sound.Silence(1))), "2", "空号", "too short"),
            ("RIFF"u8.ToArray(), "2", "空号", "RIFF"),
            (null, "2", "空号", "audio"),
            (speech, "99", "空号", "state"),
            (speech, "0", "空号", "state"),
            (speech, "x", "空号", "state"),
            (speech, null, "空号", "state"),
            (speech, "2", " ", "text"),
        ];
        var before = await CountAsync();
        foreach (var (audio, state, text, reason) in bad)
        {
            var response = await EnrolAsync(_operator, audio, ("state", state), ("text", text));
            response.StatusCode.ShouldBe(HttpStatusCode.BadRequest, reason);
            (await JsonAsync(response)).GetProperty("msg").GetString().ShouldNotBeNull().ShouldContain(reason);
        }

        (await CountAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task The_same_recording_again_is_the_same_entry_and_with_another_state_it_is_refused()
    {
        var speech = Sound.Speech(4);
        var added = await AddedAsync(speech, "4", "已关机");
        var noisyCopy = Sound.Wav(Sound.AtSnr(Sound.Join(Sound.Silence(1), speech), 15, 7), "alaw");

        var again = await EnrolAsync(service.OperatorOfSecond(), noisyCopy, ("state", "4"), ("text", "关机"));
        again.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await JsonAsync(again)).Id().ShouldBe(added.Id());

        var other = await EnrolAsync(service.OperatorOfSecond(), noisyCopy, ("state", "6"), ("text", "无法接通"));
        other.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        var refusal = await JsonAsync(other);
        refusal.GetProperty("msg").GetString().ShouldNotBeNull().ShouldContain(added.Id());
        refusal.GetProperty("data").GetProperty("announcement").GetString().ShouldBe(added.Id());
        await RemoveAsync(added);
    }

    [Fact]
    public async Task The_same_recording_on_two_replicas_at_once_is_one_entry()
    {
        var wav = Sound.Wav(Sound.Speech(5));
        var before = await CountAsync();
        HttpClient[] replicas = [_operator, service.OperatorOfSecond()];
        var responses = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => EnrolAsync(replicas[i % 2], wav, ("state", "5"), ("text", "正忙"))));

        responses.Select(response => response.StatusCode).Order().ShouldBe([.. Enumerable.Repeat(HttpStatusCode.OK, 5), HttpStatusCode.Created]);
        (await CountAsync()).ShouldBe(before + 1);
        await RemoveAsync(await JsonAsync(responses[0]));
    }

    [Fact]
    public async Task Fields_are_kept_and_filters_find_them_page_by_page()
    {
        var response = await EnrolAsync(
            _operator, Sound.Wav(Sound.Speech(6)), ("state", "9"), ("embedded_state", "4"), ("text", "来电提醒，已关机"), ("language", "zh-test"), ("carrier", "中国广电"));
        var added = await JsonAsync(response);
        var ownLine = await JsonAsync(await EnrolAsync(_operator, Sound.Wav(Sound.Speech(7)), ("caller_side", "true"), ("text", "您的电话"), ("language", "zh-test")));

        (added.GetProperty("state").GetInt32(), added.GetProperty("embedded_state").GetInt32(), added.GetProperty("carrier").GetString())
            .ShouldBe((9, 4, "中国广电"));
        (ownLine.GetProperty("state").GetInt32(), ownLine.GetProperty("caller_side").GetBoolean()).ShouldBe((0, true));
        (await IdsAsync("?carrier=中国广电")).ShouldBe([added.Id()]);
        (await IdsAsync("?language=zh-test&state=9&text=提醒")).ShouldBe([added.Id()]);
        var all = await IdsAsync("?language=zh-test");
        (await IdsAsync($"?language=zh-test&limit=1&after={all[0]}")).ShouldBe([all[1]]);
        (await _operator.GetAsync("/audio/announcements/?limit=0")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        await RemoveAsync(added);
        await RemoveAsync(ownLine);
    }

    [Fact]
    public async Task Export_and_import_give_the_same_library_again()
    {
        var added = await AddedAsync(Sound.Speech(8), "10", "已改号，\"新\"号码, 请查询");
        var folder = Directory.CreateTempSubdirectory("en-pack-").FullName;
        var (exported, back) = (Path.Combine(folder, "exported"), Path.Combine(folder, "back"));
        var database = service.NewDatabase("imported");
        (await service.RunAsync(["export", exported])).ShouldBe(0);
        (await service.RunAsync(["migrate"], database)).ShouldBe(0);
        (await service.RunAsync(["import", exported], database)).ShouldBe(0);
        (await service.RunAsync(["export", back], database)).ShouldBe(0);

        var files = Files(exported);
        files.Keys.ShouldContain($"{added.Id()}.wav");
        Files(back).ShouldBe(files);
        var zip = await _operator.GetByteArrayAsync("/audio/announcements/export");
        Unzip(zip).ShouldBe(files);
        var version = service.Host.Services.GetRequiredService<Library>().Current.Version;
        (await JsonAsync(await _operator.PostAsync("/audio/announcements/import", new ByteArrayContent(zip)))).GetProperty("changed").GetInt32().ShouldBe(0);
        service.Host.Services.GetRequiredService<Library>().Current.Version.ShouldBe(version);
        await RemoveAsync(added);
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("a,../../etc/passwd,2,空号", "not in the zip")]
    [InlineData("../a,a.wav,2,空号", "id")]
    [InlineData("a,a.wav,77,空号", "state")]
    [InlineData("a,a.wav,2,空号\nb,b.wav,3,停机", "means something else")]
    public async Task A_pack_with_a_fault_is_refused_whole(string rows, string reason)
    {
        using var body = new MemoryStream();
        using (var zip = new ZipArchive(body, ZipArchiveMode.Create, leaveOpen: true))
        {
            Add("announcements.csv", [.. "id,path,state,text\n"u8, .. System.Text.Encoding.UTF8.GetBytes(rows)]);
            Add("a.wav", Sound.Wav(Sound.Speech(9)));
            Add("b.wav", Sound.Wav(Sound.AtSnr(Sound.Speech(9), 20, 3)));

            void Add(string name, byte[] content)
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.Write(content);
            }
        }

        var before = await CountAsync();
        var response = await _operator.PostAsync("/audio/announcements/import", new ByteArrayContent(body.ToArray()));
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await JsonAsync(response)).GetProperty("msg").GetString().ShouldNotBeNull().ShouldContain(reason);
        (await CountAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task So_is_one_whose_file_is_shorter_than_it_says()
    {
        using var body = new MemoryStream();
        using (var zip = new ZipArchive(body, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var table = zip.CreateEntry("announcements.csv").Open();
            table.Write("id,path,state,text\n"u8);
        }

        var pack = body.ToArray();
        const int uncompressedSize = 24;
        pack[pack.AsSpan().LastIndexOf("PK\u0001\u0002"u8) + uncompressedSize] += 10;

        var response = await _operator.PostAsync("/audio/announcements/import", new ByteArrayContent(pack));
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await JsonAsync(response)).GetProperty("msg").GetString().ShouldNotBeNull().ShouldContain("announcements.csv is cut off");
    }

    [Fact]
    public async Task Requests_that_cannot_be_answered_are_refused_in_the_form_of_this_API()
    {
        (HttpStatusCode Status, Func<Task<HttpResponseMessage>> Ask)[] requests =
        [
            (HttpStatusCode.NotFound, () => _operator.GetAsync("/audio/announcements/nobody/audio")),
            (HttpStatusCode.NotFound, () => _operator.DeleteAsync("/audio/announcements/nobody")),
            (HttpStatusCode.BadRequest, () => _operator.GetAsync("/audio/announcements/?state=vacant")),
            (HttpStatusCode.BadRequest, () => _operator.GetAsync("/audio/announcements/versions?limit=0")),
            (HttpStatusCode.BadRequest, () => _operator.PostAsync("/audio/announcements/import", new ByteArrayContent("PK"u8.ToArray()))),
            (HttpStatusCode.UnsupportedMediaType, () => _operator.PostAsJsonAsync("/audio/announcements/", new { state = 2, text = "空号" })),
            (HttpStatusCode.RequestEntityTooLarge, () => EnrolAsync(_operator, new byte[WavHeader.MaxBytes + 1], ("state", "2"), ("text", "空号"))),
        ];
        foreach (var (status, ask) in requests)
        {
            using var response = await ask();
            var body = await JsonAsync(response);
            (response.StatusCode, body.GetProperty("code").GetInt32()).ShouldBe((status, (int)status), $"{body}");
            body.GetProperty("msg").GetString().ShouldNotBeNullOrEmpty();
        }
    }

    [Fact]
    public async Task Only_operators_may_see_or_change_the_library()
    {
        (await service.Host.Client.GetAsync("/audio/announcements/")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await service.As("dialer").GetAsync("/audio/announcements/")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await service.As("dialer").DeleteAsync("/audio/announcements/cm-vacant-zh/")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    private async Task<JsonElement> AddedAsync(float[] speech, string state, string text)
    {
        var response = await EnrolAsync(_operator, Sound.Wav(speech), ("state", state), ("text", text));
        response.StatusCode.ShouldBe(HttpStatusCode.Created, await response.Content.ReadAsStringAsync());
        return await JsonAsync(response);
    }

    private async Task RemoveAsync(JsonElement added) => (await _operator.DeleteAsync($"/audio/announcements/{added.Id()}/")).StatusCode.ShouldBe(HttpStatusCode.OK);

    private async Task InForceAsync(long version)
    {
        foreach (var replica in new[] { service.Host, service.Second })
            await Eventually.Satisfy(() => Task.FromResult(replica.Services.GetRequiredService<Library>().Current.Version), current => current >= version, InForceWithin);
    }

    private async Task<int> CountAsync() => (await JsonAsync(await _operator.GetAsync("/audio/announcements/?limit=1"))).GetProperty("count").GetInt32();

    private async Task<List<string>> IdsAsync(string query) =>
        [.. (await JsonAsync(await _operator.GetAsync("/audio/announcements/" + query))).GetProperty("announcements").EnumerateArray().Select(item => item.Id())];

    private static async Task<int> StateAsync(HttpClient client, float[] call) =>
        (await JsonAsync(await client.PostAsync("/audio/classify", new ByteArrayContent(Sound.Wav(call))))).GetProperty("state").GetInt32();

    private static async Task<HttpResponseMessage> EnrolAsync(HttpClient client, byte[]? audio, params (string Name, string? Value)[] fields)
    {
        using var form = new MultipartFormDataContent();
        if (audio is not null)
            form.Add(new ByteArrayContent(audio), "audio", "a.wav");
        foreach (var (name, value) in fields)
        {
            if (value is not null)
                form.Add(new StringContent(value), name);
        }

        return await client.PostAsync("/audio/announcements/", form);
    }

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage response) => await response.Content.ReadFromJsonAsync<JsonElement>();

    private static SortedDictionary<string, string> Files(string folder) =>
        new(Directory.GetFiles(folder).ToDictionary(path => Path.GetFileName(path)!, path => Hash(File.ReadAllBytes(path))), StringComparer.Ordinal);

    private static SortedDictionary<string, string> Unzip(byte[] bytes)
    {
        using var zip = new ZipArchive(new MemoryStream(bytes));
        return new(zip.Entries.ToDictionary(entry => entry.FullName, entry =>
        {
            using var content = new MemoryStream();
            using var stream = entry.Open();
            stream.CopyTo(content);
            return Hash(content.ToArray());
        }), StringComparer.Ordinal);
    }

    private static string Hash(byte[] content) => Convert.ToHexString(SHA256.HashData(content));
}

internal static class AnnouncementJson
{
    public static string Id(this JsonElement announcement) => announcement.GetProperty("id").GetString()!;
}
