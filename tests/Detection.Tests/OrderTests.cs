using System.Net;
using System.Text.Json;
using EmptyNumber.Contracts;
using EmptyNumber.Detection.Infrastructure;
using EmptyNumber.TestSupport;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace EmptyNumber.Detection.Tests;

/// <summary>What may be asked of a submission beside its numbers.</summary>
[Collection("detection")]
public sealed class OrderTests(DetectionService service)
{
    [Fact]
    public async Task The_same_key_and_body_give_one_task_also_when_fifty_arrive_at_once()
    {
        await using var both = await service.StartReplicaAsync(service.Clock, beside: service.Host);
        var user = service.NewUser(both);

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => PostAsync(user, "key-1", """{"numbers":["13800138000"]}""")));

        answers.ShouldAllBe(answer => answer.Status == HttpStatusCode.OK);
        answers.Select(answer => answer.Body).Distinct().ShouldHaveSingleItem();
        (await user.GetJsonAsync("/phone/")).GetArrayLength().ShouldBe(1);
        (await PostAsync(user, "key-1", """{"numbers":["13800138000"]}""")).Body.ShouldBe(answers[0].Body);
    }

    [Fact]
    public async Task The_same_key_with_another_body_is_a_conflict_and_other_users_keys_are_theirs()
    {
        var (user, other) = (service.NewUser(), service.NewUser());
        var first = await PostAsync(user, "key", """{"numbers":["13800138000"]}""");

        (await PostAsync(user, "key", """{"numbers":["13900139000"]}""")).Status.ShouldBe(HttpStatusCode.Conflict);
        (await PostAsync(other, "key", """{"numbers":["13900139000"]}""")).Status.ShouldBe(HttpStatusCode.OK);
        (await PostAsync(user, "another", """{"numbers":["13800138000"]}""")).Body.ShouldNotBe(first.Body);
    }

    [Fact]
    public async Task A_key_is_forgotten_after_a_day_and_a_refused_request_leaves_none()
    {
        var clock = new FakeTimeProvider(service.Clock.GetUtcNow());
        await using var replica = await service.StartReplicaAsync(clock);
        var user = service.NewUser(replica);
        (await PostAsync(user, "key", """{"numbers":["12"]}""")).Status.ShouldBe(HttpStatusCode.BadRequest);
        var first = await PostAsync(user, "key", """{"numbers":["13800138000"]}""");
        first.Status.ShouldBe(HttpStatusCode.OK);

        clock.Advance(TimeSpan.FromHours(23.9));
        (await PostAsync(user, "key", """{"numbers":["13800138000"]}""")).Body.ShouldBe(first.Body);
        clock.Advance(TimeSpan.FromHours(0.2));
        (await PostAsync(user, "key", """{"numbers":["13800138000"]}""")).Body.ShouldNotBe(first.Body);
    }

    [Fact]
    public async Task Keys_that_have_expired_are_removed()
    {
        var clock = new FakeTimeProvider(service.Clock.GetUtcNow().AddDays(-40));
        await using var replica = await service.StartReplicaAsync(clock);
        await PostAsync(service.NewUser(replica), "expired", """{"numbers":["13800138000"]}""");
        clock.Advance(TimeSpan.FromHours(12));
        await PostAsync(service.NewUser(replica), "in-force", """{"numbers":["13800138000"]}""");

        clock.Advance(TimeSpan.FromHours(13));

        await Eventually.Satisfy(() => KeysAsync(), keys => !keys.Contains("expired"));
        (await KeysAsync()).ShouldContain("in-force");

        async Task<string[]> KeysAsync()
        {
            await using var scope = replica.Host.Services.CreateAsyncScope();
            return await scope.ServiceProvider.GetRequiredService<DetectionDb>().IdempotencyKeys.Select(key => key.Key).ToArrayAsync();
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("with space")]
    public async Task A_malformed_key_is_refused(string key) =>
        (await PostAsync(service.NewUser(), key, """{"numbers":["13800138000"]}""")).Status.ShouldBe(HttpStatusCode.BadRequest);

    [Fact]
    public async Task A_key_has_at_most_128_characters()
    {
        var user = service.NewUser();

        (await PostAsync(user, new string('k', 128), """{"numbers":["13800138000"]}""")).Status.ShouldBe(HttpStatusCode.OK);
        (await PostAsync(user, new string('k', 129), """{"numbers":["13800138000"]}""")).Status.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Theory]
    [InlineData("\"low\"", Priority.Low)]
    [InlineData("\"high\"", Priority.High)]
    [InlineData("null", Priority.Normal)]
    public async Task Priority_goes_with_the_numbers(string priority, Priority expected)
    {
        var heard = await service.Bus.ListenAsync<NumbersQueued>();
        var answer = await PostAsync(service.NewUser(), null, $$"""{"numbers":["13800138000"],"max_age_hours":0,"priority":{{priority}}}""");
        var task = JsonDocument.Parse(answer.Body).RootElement.GetProperty("task_id").GetInt64();

        await Eventually.Be(() => heard.Any(message => message.TaskId == task), true);
        heard.Single(message => message.TaskId == task).Priority.ShouldBe(expected);
    }

    [Theory]
    [InlineData("\"priority\":\"urgent\"")]
    [InlineData("\"priority\":7")]
    [InlineData("\"max_age_hours\":-1")]
    [InlineData("\"max_age_hours\":\"NaN\"")]
    [InlineData("\"max_age_hours\":1e99")]
    [InlineData("\"callback_url\":\"ftp://example.com/\"")]
    [InlineData("\"callback_url\":\"/relative\"")]
    [InlineData("\"callback_url\":\"http://user:password@example.com/\"")]
    [InlineData("\"callback_url\":{}")]
    public async Task A_parameter_out_of_range_is_refused(string parameter)
    {
        var user = service.NewUser();

        var answer = await PostAsync(user, null, $$"""{"numbers":["13800138000"],{{parameter}}}""");

        answer.Status.ShouldBe(HttpStatusCode.BadRequest);
        JsonDocument.Parse(answer.Body).RootElement.GetProperty("error").GetString()!.ShouldStartWith(parameter.Split('"')[1]);
        (await user.GetJsonAsync("/phone/")).GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task A_young_verdict_is_reused_and_an_old_one_is_not()
    {
        var heard = await service.Bus.ListenAsync<NumbersQueued>();
        const string number = "13712340001";
        var first = service.NewUser();
        var firstTask = await SubmitAsync(first, number, 0);
        await SettleAsync(first, firstTask, NumberState.Vacant, service.Clock.GetUtcNow() - TimeSpan.FromHours(5));

        var second = service.NewUser();
        var reused = await SubmitAsync(second, number, 6);
        var dialled = await SubmitAsync(second, number, 4);
        var always = await SubmitAsync(second, number, 0);

        await Eventually.Be(() => FinishedAsync(second, reused), 1);
        (await second.GetJsonAsync($"/phone/{reused}"))[0].GetProperty("state").GetInt32().ShouldBe((int)NumberState.Vacant);
        await Eventually.Be(() => heard.Count(message => message.TaskId == dialled || message.TaskId == always), 2);
        heard.ShouldNotContain(message => message.TaskId == reused);
        (await FinishedAsync(second, dialled)).ShouldBe(0);

        var usage = await second.GetJsonAsync("/usage/");
        usage.GetProperty("submitted").GetInt32().ShouldBe(3);
        usage.GetProperty("reused").GetInt32().ShouldBe(1);
        usage.GetProperty("dialled").GetInt32().ShouldBe(0);
    }

    [Fact]
    public async Task An_unknown_number_is_dialled_again()
    {
        var heard = await service.Bus.ListenAsync<NumbersQueued>();
        const string number = "13712340002";
        var user = service.NewUser();
        await SettleAsync(user, await SubmitAsync(user, number, 0), NumberState.Unknown, service.Clock.GetUtcNow());

        var again = await SubmitAsync(user, number, 24);

        await Eventually.Be(() => heard.Any(message => message.TaskId == again), true);
    }

    [Fact]
    public async Task Usage_is_counted_by_state_and_by_day_and_outlives_its_tasks()
    {
        var user = service.NewUser();
        var task = await SubmitAsync(user, "13712340003", 0);
        await SettleAsync(user, task, NumberState.Busy, service.Clock.GetUtcNow());
        await user.DeleteAsync($"/phone/{task}/");

        var usage = await user.GetJsonAsync("/usage?start_date=2026-03-10&end_date=2026-03-10");

        usage.Names().ShouldBe(["submitted", "dialled", "reused", "states", "limits", "days"]);
        usage.GetProperty("dialled").GetInt32().ShouldBe(1);
        usage.GetProperty("states").ToString().ShouldBe("""{"5":1}""");
        usage.GetProperty("days")[0].GetProperty("day").GetString().ShouldBe("2026-03-10");
        (await user.GetJsonAsync("/usage?start_date=2026-03-11")).GetProperty("days").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task What_is_more_than_a_user_may_have_is_refused_with_the_reason()
    {
        await using var strict = await service.StartReplicaAsync(service.Clock, limits: ("8", "5"));
        var user = service.NewUser(strict);
        (await PostAsync(user, null, Numbers(5))).Status.ShouldBe(HttpStatusCode.OK);

        var open = await user.PostTextAsync("/detect/", Numbers(1));
        open.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        open.Headers.RetryAfter.ShouldNotBeNull();
        (await open.ReadAsync(HttpStatusCode.TooManyRequests)).GetProperty("error").GetString()!.ShouldContain("open numbers");
        (await PostAsync(user, null, Numbers(9))).Body.ShouldContain("numbers a day");

        (await user.GetJsonAsync("/phone/")).GetArrayLength().ShouldBe(1);
        (await user.GetJsonAsync("/usage/")).GetProperty("submitted").GetInt32().ShouldBe(5);

        static string Numbers(int count) => JsonSerializer.Serialize(new { numbers = Enumerable.Range(0, count).Select(i => $"1361234{i:d4}"), max_age_hours = 0 });
    }

    [Fact]
    public async Task Limits_hold_when_requests_arrive_at_once()
    {
        await using var strict = await service.StartReplicaAsync(service.Clock, limits: ("7", "100"));
        var user = service.NewUser(strict);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => PostAsync(user, null, """{"numbers":["13800138000"],"max_age_hours":0}""")));

        answers.Count(answer => answer.Status == HttpStatusCode.OK).ShouldBe(7);
        answers.Count(answer => answer.Status == HttpStatusCode.TooManyRequests).ShouldBe(13);
    }

    [Fact]
    public async Task The_state_table_names_every_state()
    {
        var states = await service.Connect().GetJsonAsync("/states/");

        states.EnumerateArray().Select(state => state.GetProperty("state").GetInt32()).ShouldBe([.. Enumerable.Range(0, 13), 99]);
        states[2].ToString().ShouldBe("""{"state":2,"name":"Vacant","text":"空号","final":true}""");
        states[0].GetProperty("final").GetBoolean().ShouldBeFalse();
    }

    private static async Task<(HttpStatusCode Status, string Body)> PostAsync(HttpClient user, string? key, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/detect/") { Content = new StringContent(body, null, "application/json") };
        if (key is not null)
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        using var response = await user.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    private static async Task<long> SubmitAsync(HttpClient user, string number, double maxAgeHours)
    {
        var answer = await PostAsync(user, null, JsonSerializer.Serialize(new { numbers = new[] { number }, max_age_hours = maxAgeHours }));
        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Body);
        return JsonDocument.Parse(answer.Body).RootElement.GetProperty("task_id").GetInt64();
    }

    private async Task SettleAsync(HttpClient user, long task, NumberState state, DateTimeOffset decidedAt)
    {
        var record = (await user.GetJsonAsync($"/phone/{task}"))[0];
        await service.Bus.PublishAsync(new NumbersResolved(
            [new ResolvedNumber(record.GetProperty("number").GetString()!, [record.GetProperty("id").GetInt64()], state, null, 0.9, null, decidedAt, [], null)]));
        await Eventually.Be(() => FinishedAsync(user, task), 1);
    }

    private static async Task<int> FinishedAsync(HttpClient user, long task) =>
        (await user.GetJsonAsync($"/detect/{task}/process/")).GetProperty("finished").GetInt32();
}
