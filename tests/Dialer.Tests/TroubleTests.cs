using EmptyNumber.Dialer.Tests.Support;
using EmptyNumber.TestSupport;
using Microsoft.AspNetCore.Http;

namespace EmptyNumber.Dialer.Tests;

/// <summary>A network or a coordinator that misbehaves.</summary>
public sealed class TroubleTests
{
    [Fact]
    public async Task A_call_that_is_refused_is_given_up_and_a_lost_extension_is_leased_anew()
    {
        await using var coordinator = await FakeCoordinator.StartAsync(3);
        var taken = false;
        coordinator.Intercept = (context, next) =>
        {
            if (FakeCoordinator.Operation(context) == "status" && context.Request.Query["status"] == "call" && !taken)
            {
                taken = true;
                coordinator.TakeAway(context.Request.Query["extensionNum"]!);
            }

            return next(context);
        };
        coordinator.Enqueue(["13800000001"]);
        await using var dialer = await RunningDialer.StartAsync(coordinator, null, ("Dialer:Lines", "3"));

        await Eventually.Be(() => coordinator.Uploads.Count, 1);
        await Eventually.Be(coordinator.Leased, 3);

        coordinator.Count("notify").ShouldBe(1);
        coordinator.Count("call").ShouldBe(2);
    }

    [Fact]
    public async Task No_number_is_lost_on_a_bad_network()
    {
        await using var coordinator = await FakeCoordinator.StartAsync(30);
        var random = new Random(11);
        coordinator.Intercept = async (context, next) =>
        {
            int dice;
            lock (random)
                dice = random.Next(20);
            switch (dice)
            {
                case 0:
                    context.Response.StatusCode = 500;
                    break;
                case 1:
                    context.Response.StatusCode = 503;
                    await context.Response.WriteAsync("<html>the gateway is tired</html>");
                    break;
                case 2:
                    context.Abort();
                    break;
                case 3:
                    await FakeCoordinator.DropAnswerAsync(context, next);
                    break;
                default:
                    await next(context);
                    break;
            }
        };
        var numbers = FakeCoordinator.Numbers(150);
        coordinator.Enqueue(numbers);
        await using var dialer = await RunningDialer.StartAsync(coordinator, null, ("Dialer:Lines", "30"));

        await Eventually.Be(() => coordinator.Uploads.Select(upload => upload.Number).Distinct().Count(), 150, TimeSpan.FromSeconds(45));

        coordinator.Uploads.Select(upload => upload.Number).Distinct().Order().ShouldBe(numbers.Order());
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[1,2]")]
    [InlineData("<html></html>")]
    [InlineData("""{"code":200,"msg":"","data":null}""")]
    [InlineData("""{"code":200,"msg":"","data":{"clientId":"","accounts":null,"dialplans":null}}""")]
    [InlineData("""{"code":200,"msg":"","data":{"clientId":{},"accounts":[null,{}],"dialplans":[null,{"extensionNum":"1"}]}}""")]
    [InlineData("""{"code":500,"msg":"no","data":{}}""")]
    public async Task A_bad_answer_is_survived(string answer)
    {
        await using var coordinator = await FakeCoordinator.StartAsync(2);
        var asked = new Dictionary<string, int>();
        coordinator.Intercept = async (context, next) =>
        {
            var operation = FakeCoordinator.Operation(context);
            lock (asked)
                asked[operation] = asked.GetValueOrDefault(operation) + 1;
            if (asked[operation] == 1)
                await context.Response.WriteAsync(answer);
            else
                await next(context);
        };
        coordinator.Enqueue(["13800000001", "13800000002"]);
        await using var dialer = await RunningDialer.StartAsync(coordinator, null, ("Dialer:Lines", "2"));

        await Eventually.Be(() => coordinator.Uploads.Select(upload => upload.Number).Distinct().Count(), 2);
    }
}
