using EmptyNumber.TestSupport;
using Microsoft.AspNetCore.Http;

namespace EmptyNumber.Gateway.Tests;

public sealed class FailoverTests
{
    [Fact]
    public async Task Replicas_share_the_requests()
    {
        await using var one = await Backend.StartAsync();
        await using var two = await Backend.StartAsync();
        await using var gateway = await Gateways.StartAsync([("detection", [one, two])]);
        using var client = gateway.Outsider();
        for (var i = 0; i < 40; i++)
            (await client.GetAsync("/states").ReadAsync()).Status.ShouldBe(200);
        one.Requests.Count.ShouldBeInRange(5, 35);
        (one.Requests.Count + two.Requests.Count).ShouldBe(40);
    }

    [Fact]
    public async Task No_request_is_lost_when_a_replica_stops_and_comes_back()
    {
        await using var one = await Backend.StartAsync();
        await using var two = await Backend.StartAsync();
        await using var gateway = await Gateways.StartAsync([("detection", [one, two])]);
        using var client = gateway.Outsider();
        await PostAsync(10);
        await one.StopAsync();
        var before = two.Requests.Count;
        await PostAsync(50);
        (two.Requests.Count - before).ShouldBe(50);
        two.Requests.ShouldAllBe(request => request.BodyBytes == 5);

        await one.ListenAsync();
        before = one.Requests.Count;
        await Eventually.Async(
            async () =>
            {
                await PostAsync(5);
                return one.Requests.Count > before;
            },
            () => $"{one.Requests.Count} requests at the replica that came back");

        async Task PostAsync(int times)
        {
            for (var i = 0; i < times; i++)
                (await client.PostAsync("/detect/", new StringContent("12345")).ReadAsync()).ShouldBe((200, ""));
        }
    }

    [Fact]
    public async Task A_replica_that_says_it_is_ill_gets_no_requests()
    {
        await using var ill = await Backend.StartAsync();
        await using var well = await Backend.StartAsync();
        ill.Health = StatusCodes.Status503ServiceUnavailable;
        await using var gateway = await Gateways.StartAsync([("detection", [ill, well])]);
        using var client = gateway.Outsider();
        await Eventually.Async(
            async () =>
            {
                var before = ill.Requests.Count;
                for (var i = 0; i < 20; i++)
                    (await client.GetAsync("/states").ReadAsync()).Status.ShouldBe(200);
                return ill.Requests.Count == before;
            },
            () => $"{ill.Requests.Count} requests at the replica that is ill");
    }

    [Fact]
    public async Task Where_all_replicas_are_ill_they_are_asked_nevertheless()
    {
        await using var backend = await Backend.StartAsync();
        backend.Health = StatusCodes.Status503ServiceUnavailable;
        await using var gateway = await Gateways.StartAsync([("detection", [backend])]);
        using var client = gateway.Outsider();
        await Eventually.Async(
            async () =>
            {
                (await client.GetAsync("/states").ReadAsync()).Status.ShouldBe(200);
                return backend.Probes >= 3; // two failures in a row make it ill
            },
            () => $"{backend.Probes} probes");
        (await client.GetAsync("/states").ReadAsync()).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_connection_that_breaks_repeats_what_is_safe_and_nothing_else()
    {
        await using var breaks = await Backend.StartAsync(context =>
        {
            context.Abort();
            return Task.CompletedTask;
        });
        await using var answers = await Backend.StartAsync(context => context.Response.WriteAsync("here"));
        await using var gateway = await Gateways.StartAsync([("detection", [breaks, answers])]);
        using var client = gateway.Outsider();

        while (breaks.Requests.Count < 3)
            (await client.GetAsync("/states").ReadAsync()).ShouldBe((200, "here"));

        var refused = 0;
        for (var i = 0; i < 20; i++)
            refused += (await client.PostAsync("/detect/", new StringContent("12345")).ReadAsync()).Status == 502 ? 1 : 0;
        refused.ShouldBe(breaks.Requests.Count(request => request.Method == "POST"));
        answers.Requests.Count(request => request.Method == "POST").ShouldBe(20 - refused);
    }

    [Fact]
    public async Task Where_no_replica_can_be_reached_the_answer_is_an_error_of_the_API()
    {
        await using var one = await Backend.StartAsync();
        await using var two = await Backend.StartAsync();
        await using var gateway = await Gateways.StartAsync([("coordinator", [one, two])]);
        using var client = gateway.Outsider();
        await one.StopAsync();
        await two.StopAsync();
        (await client.PostAsync("/heartbeat/x", content: null).ReadAsync())
            .ShouldBe((502, """{"code":502,"msg":"Service temporarily unavailable","data":{}}"""));
    }
}
