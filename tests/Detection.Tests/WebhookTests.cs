using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EmptyNumber.Contracts;
using EmptyNumber.Detection.Infrastructure;
using EmptyNumber.Detection.Model;
using EmptyNumber.TestSupport;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace EmptyNumber.Detection.Tests;

[Collection("moving clock")]
public sealed class WebhookTests(DetectionService service)
{
    [Fact]
    public async Task The_end_of_a_task_is_told_once_and_signed_with_the_users_secret()
    {
        await using var receiver = await HookReceiver.StartAsync();
        var user = service.NewUser();
        var (task, records) = await user.SubmitWithCallbackAsync(receiver.Url, "13800138000", "13900139000", "13700137000");

        await service.ResolveAsync(NumberState.Vacant, records[..2]);
        await Eventually.Be(async () => (await user.GetJsonAsync($"/detect/{task}/process/")).GetProperty("finished").GetInt32(), 2);
        receiver.Heard.ShouldBeEmpty();
        await service.ResolveAsync(NumberState.InService, records[2]);

        await Eventually.Be(() => receiver.Heard.Count, 1);
        await Eventually.Be<WebhookDelivery?>(() => DeliveryAsync(service.Host, task), null);
        var hook = receiver.Heard.ShouldHaveSingleItem();
        hook.ContentType.ShouldBe("application/json");
        var json = JsonDocument.Parse(hook.Body).RootElement;
        json.Names().ShouldBe(["event_id", "task_id", "finished", "total", "states", "finished_at"]);
        json.GetProperty("event_id").GetGuid().ShouldNotBe(Guid.Empty);
        json.GetProperty("task_id").GetInt64().ShouldBe(task);
        json.GetProperty("finished").GetInt32().ShouldBe(3);
        json.GetProperty("total").GetInt32().ShouldBe(3);
        json.GetProperty("states").EnumerateObject().Select(state => (state.Name, state.Value.GetInt32())).ShouldBe([("1", 1), ("2", 2)], ignoreOrder: true);
        json.GetProperty("finished_at").GetString().ShouldBe(service.Clock.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss.ffffff'Z'"));
        hook.Headers["X-EmptyNumber-Timestamp"].ToString().ShouldBe(service.Clock.GetUtcNow().ToUnixTimeSeconds().ToString());
        hook.Headers["X-EmptyNumber-Signature"].ToString().ShouldBe(Signature(hook, await SecretAsync(user)));
        hook.Headers.ContainsKey("traceparent").ShouldBeFalse();
    }

    [Fact]
    public async Task A_failed_delivery_comes_again_after_growing_pauses_for_a_day_and_is_then_given_up()
    {
        var tries = new WebhookOptions().Tries;
        await using var receiver = await HookReceiver.StartAsync(500);
        var (task, records) = await service.NewUser().SubmitWithCallbackAsync(receiver.Url, "13800138000");
        await service.ResolveAsync(NumberState.Vacant, records);

        for (var tried = 1; tried < tries; tried++)
        {
            var failed = await Eventually.Satisfy(() => DeliveryAsync(service.Host, task), delivery => delivery?.Tries == tried);
            receiver.Heard.Count.ShouldBe(tried);
            MoveClock(failed!.DueAt!.Value - service.Clock.GetUtcNow());
        }

        var given = await Eventually.Satisfy(() => DeliveryAsync(service.Host, task), delivery => delivery?.Tries == tries);
        given!.DueAt.ShouldBeNull();
        given.LastError.ShouldBe("HTTP 500");
        tries.ShouldBeGreaterThanOrEqualTo(12);
        receiver.Heard.Select(hook => Convert.ToHexString(hook.Body)).Distinct().ShouldHaveSingleItem();
        var times = receiver.Heard.Select(hook => long.Parse(hook.Headers["X-EmptyNumber-Timestamp"].ToString())).ToArray();
        var pauses = times.Zip(times.Skip(1), (earlier, later) => later - earlier).ToArray();
        pauses[0].ShouldBeInRange(10, 30);
        pauses.ShouldBe(pauses.Order().Distinct());
        (times[^1] - times[0]).ShouldBeInRange(22 * 3600, 26 * 3600);

        MoveClock(TimeSpan.FromDays(2));
        await TellAnotherAsync();
        receiver.Heard.Count.ShouldBe(tries);
    }

    [Fact]
    public async Task A_receiver_that_recovers_is_told_and_then_left_alone()
    {
        var status = 503;
        await using var receiver = await HookReceiver.StartAsync(context =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        });
        var (task, records) = await service.NewUser().SubmitWithCallbackAsync(receiver.Url, "13800138000");
        await service.ResolveAsync(NumberState.Vacant, records);
        await Eventually.Satisfy(() => DeliveryAsync(service.Host, task), delivery => delivery?.Tries == 1);

        status = 202;
        MoveClock(TimeSpan.FromSeconds(30));

        await Eventually.Be<WebhookDelivery?>(() => DeliveryAsync(service.Host, task), null);
        receiver.Heard.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_redirect_is_a_failure_and_not_followed()
    {
        await using var receiver = await HookReceiver.StartAsync(context =>
        {
            context.Response.Redirect("/elsewhere", permanent: false, preserveMethod: true);
            return Task.CompletedTask;
        });
        var (task, records) = await service.NewUser().SubmitWithCallbackAsync(receiver.Url, "13800138000");
        await service.ResolveAsync(NumberState.Vacant, records);

        var failed = await Eventually.Satisfy(() => DeliveryAsync(service.Host, task), delivery => delivery?.Tries == 1);

        failed!.LastError.ShouldBe("HTTP 307");
        receiver.Heard.ShouldHaveSingleItem().Path.ShouldBe("/hook");
    }

    [Fact]
    public async Task A_slow_receiver_holds_up_its_owner_alone()
    {
        await using var slow = await HookReceiver.StartAsync(context => Task.Delay(Timeout.Infinite, context.RequestAborted));
        var owner = service.NewUser();
        var tasks = new List<long>();
        for (var i = 0; i < 8; i++)
        {
            var (task, records) = await owner.SubmitWithCallbackAsync(slow.Url, "13800138000");
            tasks.Add(task);
            await service.ResolveAsync(NumberState.Vacant, records);
        }

        await Eventually.Be(() => slow.Heard.Count, 4);

        await TellAnotherAsync();

        slow.Heard.Count.ShouldBe(4);
        MoveClock(TimeSpan.FromSeconds(10));
        await Eventually.Be(() => slow.Heard.Count, 8);
        var failed = await Eventually.Satisfy(
            async () => (await DeliveriesAsync(service.Host, tasks)).Where(delivery => delivery.Tries == 1).ToArray(), deliveries => deliveries.Length == 4);
        failed.ShouldAllBe(delivery => delivery.LastError == "no answer within 10 s");
    }

    [Fact]
    public async Task Two_replicas_tell_each_end_once()
    {
        await using var replica = await service.StartReplicaAsync(service.Clock);
        await using var receiver = await HookReceiver.StartAsync();
        var user = service.NewUser();
        var tasks = new List<long>();
        for (var i = 0; i < 30; i++)
        {
            var (task, records) = await user.SubmitWithCallbackAsync(receiver.Url, "13800138000");
            tasks.Add(task);
            await service.ResolveAsync(NumberState.Vacant, records);
        }

        await Eventually.Be(() => receiver.Heard.Count, 30);
        await Eventually.Be(async () => (await DeliveriesAsync(service.Host, tasks)).Count, 0);

        receiver.Heard.Select(hook => JsonDocument.Parse(hook.Body).RootElement.GetProperty("task_id").GetInt64()).Order().ShouldBe(tasks);
    }

    [Fact]
    public async Task What_was_under_way_when_the_service_stopped_is_sent_again_as_the_same_event()
    {
        var clock = new FakeTimeProvider();
        var database = service.NewDatabase("stopping");
        await using var receiver = await HookReceiver.StartAsync(context => Task.Delay(Timeout.Infinite, context.RequestAborted));
        await using (var first = await StartAsync(database, clock, allowPrivateNetworks: true, migrate: true))
        {
            await FinishAsync(first, clock, receiver.Url);
            await Eventually.Be(() => receiver.Heard.Count, 1);
        }

        await using var second = await StartAsync(database, clock, allowPrivateNetworks: true, migrate: false);
        clock.Advance(TimeSpan.FromSeconds(30));

        await Eventually.Be(() => receiver.Heard.Count, 2);
        receiver.Heard[1].Body.ShouldBe(receiver.Heard[0].Body);
    }

    [Fact]
    public async Task Nothing_is_sent_to_private_addresses_however_they_are_written()
    {
        var clock = new FakeTimeProvider();
        await using var receiver = await HookReceiver.StartAsync();
        await using var host = await StartAsync(service.NewDatabase("refusing"), clock, allowPrivateNetworks: false, migrate: true);
        string[] hosts = ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "0177.0.0.1", "2130706433", "0x7f.1", "127.1", "0", "0.0.0.0", "[::1]", "[::]"];
        var tasks = new List<long>();
        foreach (var name in hosts)
            tasks.Add(await FinishAsync(host, clock, $"http://{name}:{receiver.Port}/hook"));

        var failed = await Eventually.Satisfy(
            async () =>
            {
                Wake(host);
                return await DeliveriesAsync(host, tasks);
            },
            deliveries => deliveries.All(delivery => delivery.Tries == 1));

        failed.Count.ShouldBe(hosts.Length);
        failed.ShouldAllBe(delivery => delivery.LastError!.Contains("has no public address"));
        receiver.Heard.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_user_has_one_secret_until_he_makes_a_new_one()
    {
        await using var receiver = await HookReceiver.StartAsync();
        var user = service.NewUser();

        var asked = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => SecretAsync(user)));
        var first = asked.Distinct().ShouldHaveSingleItem();
        first.ShouldMatch("^[0-9a-f]{40}$");
        using var renewed = await user.PostAsync("/webhooks/secret/", content: null);
        var second = (await renewed.ReadAsync()).GetProperty("secret").GetString();

        second.ShouldNotBe(first);
        (await SecretAsync(user)).ShouldBe(second);
        (await SecretAsync(service.NewUser())).ShouldNotBe(second);
        var (_, records) = await user.SubmitWithCallbackAsync(receiver.Url, "13800138000");
        await service.ResolveAsync(NumberState.Vacant, records);
        await Eventually.Be(() => receiver.Heard.Count, 1);
        receiver.Heard[0].Headers["X-EmptyNumber-Signature"].ToString().ShouldBe(Signature(receiver.Heard[0], second!));
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    public async Task A_secret_needs_a_token(string method)
    {
        using var response = await service.Connect().SendAsync(new HttpRequestMessage(new HttpMethod(method), "/webhooks/secret/"));

        (await response.ReadAsync(HttpStatusCode.Unauthorized)).GetProperty("error").GetString().ShouldBe("User Not Authorized");
    }

    [Theory]
    [InlineData(20, 24, true)]
    [InlineData(12, 24, false)]
    [InlineData(11, 1, false)]
    [InlineData(20, 48, false)]
    public void A_schedule_that_begins_too_slowly_or_ends_too_soon_is_refused(int tries, int hours, bool isValid)
    {
        var options = new WebhookOptions { Tries = tries, Window = TimeSpan.FromHours(hours) };

        Validator.TryValidateObject(options, new ValidationContext(options), validationResults: null, validateAllProperties: true).ShouldBe(isValid);
    }

    [Theory]
    [InlineData("8.8.8.8", true)]
    [InlineData("100.128.0.1", true)]
    [InlineData("172.32.0.1", true)]
    [InlineData("2606:4700:4700::1111", true)]
    [InlineData("240e::1", true)]
    [InlineData("0.0.0.0", false)]
    [InlineData("10.1.2.3", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("100.100.100.200", false)]
    [InlineData("127.255.255.254", false)]
    [InlineData("168.63.129.16", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("172.31.255.255", false)]
    [InlineData("192.168.0.1", false)]
    [InlineData("198.19.0.1", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("::", false)]
    [InlineData("::1", false)]
    [InlineData("::127.0.0.1", false)]
    [InlineData("::ffff:8.8.8.8", false)]
    [InlineData("64:ff9b::7f00:1", false)]
    [InlineData("64:ff9b:1::7f00:1", false)]
    [InlineData("2001::1", false)]
    [InlineData("2001:db8::1", false)]
    [InlineData("2002:7f00:1::", false)]
    [InlineData("fd00:ec2::254", false)]
    [InlineData("fe80::1", false)]
    [InlineData("fec0::1", false)]
    [InlineData("ff02::1", false)]
    public void Only_addresses_of_the_public_internet_are_public(string address, bool isPublic) =>
        WebhookAddresses.IsPublic(IPAddress.Parse(address)).ShouldBe(isPublic);

    private static string Signature(Hook hook, string secret)
    {
        var timestamp = hook.Headers["X-EmptyNumber-Timestamp"].ToString();
        var signed = Encoding.UTF8.GetBytes($"{timestamp}.{Encoding.UTF8.GetString(hook.Body)}");
        return $"sha256={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed))}";
    }

    private static async Task<string> SecretAsync(HttpClient user)
    {
        var json = await user.GetJsonAsync("/webhooks/secret/");
        json.Names().ShouldBe(["secret"]);
        return json.GetProperty("secret").GetString()!;
    }

    private static async Task<WebhookDelivery?> DeliveryAsync(ServiceHost<DetectionDb> host, long task) => (await DeliveriesAsync(host, [task])).SingleOrDefault();

    private static async Task<List<WebhookDelivery>> DeliveriesAsync(ServiceHost<DetectionDb> host, IReadOnlyList<long> tasks)
    {
        await using var scope = host.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<DetectionDb>().WebhookDeliveries.AsNoTracking()
            .Where(delivery => tasks.Contains(delivery.TaskId)).ToListAsync();
    }

    private static void Wake(ServiceHost<DetectionDb> host) => host.Services.GetRequiredService<WebhookSignal>().Wake();

    /// <summary>A host of a database of its own. Its tasks are finished without the bus, whose queue it shares with the fixture's.</summary>
    private Task<ServiceHost<DetectionDb>> StartAsync(string database, FakeTimeProvider clock, bool allowPrivateNetworks, bool migrate) => ServiceHost.StartAsync<DetectionDb>(
        new Dictionary<string, string?>
        {
            ["ConnectionStrings:detectiondb"] = database,
            ["ConnectionStrings:rabbitmq"] = service.RabbitMq.ConnectionString,
            ["Recordings:Path"] = Path.GetTempPath(),
            ["Webhooks:AllowPrivateNetworks"] = allowPrivateNetworks.ToString(),
            ["Webhooks:ParallelPerUser"] = "20",
        },
        services => services.Replace(ServiceDescriptor.Singleton<TimeProvider>(clock)),
        migrate);

    private static async Task<long> FinishAsync(ServiceHost<DetectionDb> host, FakeTimeProvider clock, string url)
    {
        await using var scope = host.Services.CreateAsyncScope();
        var task = await scope.ServiceProvider.GetRequiredService<TaskIntake>()
            .SubmitAsync(new Order(1, "user", Priority.Normal, TimeSpan.Zero, url), ["13800138000"], CancellationToken.None);
        var record = await scope.ServiceProvider.GetRequiredService<DetectionDb>().Records
            .Where(record => record.TaskId == task.Id).Select(record => record.Id).SingleAsync();
        await scope.ServiceProvider.GetRequiredService<RecordResolver>()
            .ResolveAsync([Tasks.Resolved(NumberState.Vacant, clock.GetUtcNow(), record)], CancellationToken.None);
        return task.Id;
    }

    private void MoveClock(TimeSpan by)
    {
        service.Clock.Advance(by);
        Wake(service.Host);
    }

    /// <summary>Tells some other user's end: what was due before has been seen by the sender then.</summary>
    private async Task TellAnotherAsync()
    {
        await using var receiver = await HookReceiver.StartAsync();
        var (_, records) = await service.NewUser().SubmitWithCallbackAsync(receiver.Url, "13800138000");
        await service.ResolveAsync(NumberState.Vacant, records);
        await Eventually.Be(() => receiver.Heard.Count, 1);
    }
}
