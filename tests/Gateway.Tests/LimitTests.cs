using System.Diagnostics;
using System.Net;
using EmptyNumber.ServiceDefaults.Authentication;
using EmptyNumber.TestSupport;
using Microsoft.AspNetCore.Http;

namespace EmptyNumber.Gateway.Tests;

public sealed class LimitTests
{
    private const int Mega = 1 << 20;

    [Theory]
    [InlineData("/api/login/", Mega, """{"detail":"Request body too large"}""")]
    [InlineData("/detect/", 16 * Mega, """{"error":"Request body too large"}""")]
    [InlineData("/detect/file/", 64 * Mega, """{"error":"Request body too large"}""")]
    [InlineData("/webhooks/secret/", Mega, """{"error":"Request body too large"}""")]
    [InlineData("/dial_wav/x", 10 * Mega + 65536, """{"code":413,"msg":"Request body too large","data":{}}""")]
    [InlineData("/phones", 10 * Mega, """{"code":413,"desc":"Request body too large"}""")]
    [InlineData("/vcodes/", 10 * Mega, """{"code":413,"desc":"Request body too large"}""")]
    [InlineData("/audio/classify", 10 * Mega + 65536, """{"code":413,"msg":"Request body too large","data":{}}""")]
    public async Task A_body_may_be_as_large_as_its_API_takes_and_no_larger(string path, int limit, string refusal)
    {
        await using var backend = await Backend.StartAsync();
        await using var gateway = await Gateways.StartAsync(backend);
        using var client = gateway.Outsider();
        (await client.PostAsync(path, new ByteArrayContent(new byte[limit])).ReadAsync()).Status.ShouldBe(200);
        backend.Requests.Single().BodyBytes.ShouldBe(limit);

        (await client.PostAsync(path, new ByteArrayContent(new byte[limit + 1])).ReadAsync()).ShouldBe((413, refusal));
        (await PostChunkedAsync(client, path, limit + 1)).ShouldBe((413, refusal));
        (await PostChunkedAsync(client, path, limit)).Status.ShouldBe(200);
        backend.Requests.Select(request => request.BodyBytes).ShouldBe([limit, limit]);
    }

    [Fact]
    public async Task A_service_that_takes_too_long_is_given_up_in_the_form_of_its_API()
    {
        await using var backend = await Backend.StartAsync(context => Task.Delay(Timeout.Infinite, context.RequestAborted));
        await using var gateway = await Gateways.StartAsync(
            backend, ("TimeLimits:Default", "00:00:00.300"), ("TimeLimits:Submission", "00:00:00.500"), ("TimeLimits:CodeWait", "00:00:00.400"));
        using var client = gateway.Outsider();
        (await client.GetAsync("/record/1/").ReadAsync()).ShouldBe((504, """{"error":"The service did not answer in time"}"""));
        (await client.GetAsync("/status/x").ReadAsync()).ShouldBe((504, """{"code":504,"msg":"The service did not answer in time","data":{}}"""));
        (await client.GetAsync("/mobiles/x/1").ReadAsync()).ShouldBe((504, """{"code":504,"desc":"The server is busy, please try again later."}"""));
        (await client.GetAsync("/vcodes/x?wait=60").ReadAsync()).ShouldBe((504, """{"code":504,"desc":"The server is busy, please try again later."}"""));
        (await client.PostAsync("/detect/", new StringContent("{}")).ReadAsync()).Status.ShouldBe(504);
        (await client.DeleteAsync("/phone/1/").ReadAsync()).Status.ShouldBe(504);
    }

    [Theory]
    [InlineData("/detect/1/events/")]
    [InlineData("/phone/?number=1")]
    public async Task A_stream_may_go_on_for_as_long_as_it_moves(string path)
    {
        await using var backend = await Backend.StartAsync(async context =>
        {
            context.Response.ContentType = "text/event-stream";
            for (var i = 0; i < 10; i++)
            {
                await context.Response.WriteAsync("data: 1\n\n");
                await context.Response.Body.FlushAsync();
                await Task.Delay(100);
            }
        });
        await using var gateway = await Gateways.StartAsync(
            backend, ("TimeLimits:Default", "00:00:00.300"), ("TimeLimits:Submission", "00:00:00.300"), ("TimeLimits:Silence", "00:00:00.600"));
        using var client = gateway.Outsider();
        (await client.GetStringAsync(path)).Length.ShouldBe(90);
    }

    [Fact]
    public async Task Events_arrive_one_by_one()
    {
        var next = new SemaphoreSlim(0);
        await using var backend = await Backend.StartAsync(async context =>
        {
            context.Response.ContentType = "text/event-stream";
            for (var i = 0; i < 3; i++)
            {
                await context.Response.WriteAsync($"data: {i}\n\n");
                await context.Response.Body.FlushAsync();
                await next.WaitAsync();
            }
        });
        await using var gateway = await Gateways.StartAsync(backend);
        using var client = gateway.Outsider();
        client.DefaultRequestHeaders.Add("Accept-Encoding", "gzip, br");
        using var response = await client.GetAsync("/detect/1/events/", HttpCompletionOption.ResponseHeadersRead);
        response.Content.Headers.ContentEncoding.ShouldBeEmpty();
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        for (var i = 0; i < 3; i++)
        {
            (await reader.ReadLineAsync().WaitAsync(Eventually.Deadline)).ShouldBe($"data: {i}");
            (await reader.ReadLineAsync().WaitAsync(Eventually.Deadline)).ShouldBe("");
            next.Release();
        }
    }

    [Theory]
    [InlineData("/api/login/", """{"detail":"Too many requests"}""")]
    [InlineData("/detect/", """{"error":"Too many requests"}""")]
    [InlineData("/notify", """{"code":429,"msg":"Too many requests","data":{}}""")]
    public async Task Too_many_requests_from_an_address_are_refused_whatever_tokens_they_invent(string path, string refusal)
    {
        await using var backend = await Backend.StartAsync();
        await using var gateway = await Gateways.StartAsync(
            backend, ("TrustedNetworks", ""), ("RateLimits:AddressRequestsPerSecond", "1"), ("RateLimits:BurstSeconds", "3"));
        for (var i = 0; i < 3; i++)
        {
            using var invented = gateway.Outsider(AccessToken.Create());
            (await invented.GetAsync(path).ReadAsync()).Status.ShouldBe(200);
        }

        using var client = gateway.Outsider(AccessToken.Create());
        using var response = await client.GetAsync(path);
        response.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        response.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(1));
        (await response.Content.ReadAsStringAsync()).ShouldBe(refusal);
        backend.Requests.Count.ShouldBe(3);
        await Eventually.Be(async () => (await client.GetAsync(path).ReadAsync()).Status, 200);
    }

    [Fact]
    public async Task Too_many_requests_with_a_token_are_refused_and_others_are_not()
    {
        await using var backend = await Backend.StartAsync();
        await using var gateway = await Gateways.StartAsync(
            backend, ("TrustedNetworks", ""), ("RateLimits:TokenRequestsPerSecond", "1"), ("RateLimits:BurstSeconds", "2"));
        var token = AccessToken.Create();
        using var client = gateway.Outsider(token);
        for (var i = 0; i < 2; i++)
            (await client.GetAsync("/states").ReadAsync()).Status.ShouldBe(200);
        (await client.GetAsync("/states").ReadAsync()).Status.ShouldBe(429);
        using var sameTokenElsewhere = gateway.Outsider();
        sameTokenElsewhere.DefaultRequestHeaders.Add("token", token);
        (await sameTokenElsewhere.GetAsync("/states").ReadAsync()).Status.ShouldBe(429);
        using var other = gateway.Outsider(AccessToken.Create());
        (await other.GetAsync("/states").ReadAsync()).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Trusted_peers_have_a_limit_of_their_own()
    {
        await using var backend = await Backend.StartAsync();
        await using var gateway = await Gateways.StartAsync(
            backend, ("RateLimits:AddressRequestsPerSecond", "1"), ("RateLimits:TokenRequestsPerSecond", "1"), ("RateLimits:BurstSeconds", "1"));
        using var client = gateway.Outsider(AccessToken.Create());
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < 300; i++)
            (await client.GetAsync("/states").ReadAsync()).Status.ShouldBe(200);
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(30));
    }

    private static Task<(int Status, string Body)> PostChunkedAsync(HttpClient client, string path, int bytes)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(new byte[bytes]) };
        request.Headers.TransferEncodingChunked = true;
        return client.SendAsync(request).ReadAsync();
    }
}
