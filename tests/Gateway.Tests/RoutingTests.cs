using EmptyNumber.Gateway.Routing;
using EmptyNumber.TestSupport;
using Microsoft.AspNetCore.Http;

namespace EmptyNumber.Gateway.Tests;

public sealed class RoutingTests
{
    private static readonly string[] Rests = ["", "/", "/x", "/x/", "/x/y?z=1&z=2"];

    [Theory]
    [InlineData("accounts", "/api/mobile_code", "/api/tokens", "/api/users")]
    [InlineData("detection", "/detect", "/phone", "/record", "/webhooks")]
    [InlineData("coordinator", "/notify", "/accounts", "/dialplan", "/heartbeat", "/status", "/dial_wav", "/extensions", "/do-not-call", "/calls")]
    [InlineData("classifier", "/audio")]
    [InlineData("phonepool", "/mobiles", "/vcodes")]
    [InlineData("listings", "/api/districts", "/api/agents", "/api/estates", "/api/housetypes", "/api/houseinfos", "/api/houseinfos/7/photos", "/api/tags", "/api/photos")]
    public async Task Paths_lead_to_their_service_as_they_are(string service, params string[] prefixes)
    {
        await using var backend = await Backend.StartAsync();
        await using var gateway = await Gateways.StartAsync([(service, [backend])]);
        using var client = gateway.Outsider();
        var paths = prefixes.SelectMany(prefix => Rests.Select(rest => prefix + rest)).ToList();
        foreach (var path in paths)
            (await client.PutAsync(path, content: null).ReadAsync()).Status.ShouldBe(200, path);
        backend.Requests.Select(request => request.Path).ShouldBe(paths);
        backend.Requests.ShouldAllBe(request => request.Method == "PUT");
    }

    [Theory]
    [InlineData("accounts", "/api/login", "/api/logout")]
    [InlineData("detection", "/states", "/usage", "/detect/file", "/detect/7/events", "/phone")]
    [InlineData("coordinator", "/fleet")]
    [InlineData("phonepool", "/phones", "/setsize", "/vcodes")]
    [InlineData("listings", "/api/hotcities")]
    public async Task Single_paths_lead_to_their_service_with_and_without_a_slash(string service, params string[] paths)
    {
        await using var backend = await Backend.StartAsync();
        await using var gateway = await Gateways.StartAsync([(service, [backend])]);
        using var client = gateway.Outsider();
        foreach (var path in paths)
        {
            (await client.GetAsync(path).ReadAsync()).Status.ShouldBe(200, path);
            (await client.GetAsync(path + "/").ReadAsync()).Status.ShouldBe(200, path + "/");
        }

        backend.Requests.Select(request => request.Path).ShouldBe(paths.SelectMany(path => new[] { path, path + "/" }));
    }

    [Theory]
    [InlineData("/internal/tokens/introspect")]
    [InlineData("/detect/../internal/tokens/introspect")]
    [InlineData("/detect/%2e%2e/internal/tokens/introspect")]
    [InlineData("//internal/tokens/introspect")]
    [InlineData("/openapi/v1.json")]
    [InlineData("/detected")]
    [InlineData("/fleet/x")]
    [InlineData("/")]
    public async Task Nothing_else_is_routed(string path)
    {
        await using var backend = await Backend.StartAsync();
        await using var gateway = await Gateways.StartAsync(backend);
        using var client = gateway.Outsider();
        var exactly = new Uri(gateway.Address.GetLeftPart(UriPartial.Authority) + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        (await client.PostAsync(exactly, content: null).ReadAsync()).ShouldBe((404, """{"error":"Not Found"}"""));
        backend.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("/detect/../../internal%2ftokens")]
    [InlineData("/detect/..%2finternal/tokens/introspect")]
    [InlineData("/api/tokens/..%5c..%5cinternal")]
    public async Task An_encoded_way_out_of_a_route_stays_encoded(string path)
    {
        await using var backend = await Backend.StartAsync();
        await using var gateway = await Gateways.StartAsync(backend);
        using var client = gateway.Outsider();
        var exactly = new Uri(gateway.Address.GetLeftPart(UriPartial.Authority) + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        (await client.GetAsync(exactly)).Dispose();
        backend.Requests.ShouldAllBe(request => !request.Path.StartsWith("/internal"));
    }

    [Theory]
    [InlineData("/api/unknown", 404, """{"detail":"Not Found"}""")]
    [InlineData("/api/login/", 503, """{"detail":"Service temporarily unavailable"}""")]
    [InlineData("/detect/", 503, """{"error":"Service temporarily unavailable"}""")]
    [InlineData("/phone/", 503, """{"error":"Service temporarily unavailable"}""")]
    [InlineData("/notify", 503, """{"code":503,"msg":"Service temporarily unavailable","data":{}}""")]
    [InlineData("/fleet/", 503, """{"code":503,"msg":"Service temporarily unavailable","data":{}}""")]
    [InlineData("/audio/classify", 503, """{"code":503,"msg":"Service temporarily unavailable","data":{}}""")]
    public async Task The_gateways_own_errors_take_the_form_of_the_API(string path, int status, string body)
    {
        await using var gateway = await Gateways.StartAsync([]);
        using var client = gateway.Outsider();
        (await client.GetAsync(path).ReadAsync()).ShouldBe((status, body));
    }

    [Fact]
    public async Task A_services_own_errors_pass_unchanged()
    {
        await using var backend = await Backend.StartAsync(async context =>
        {
            context.Response.StatusCode = 409;
            context.Response.Headers["X-Own"] = "yes";
            await context.Response.WriteAsync("as it is");
        });
        await using var gateway = await Gateways.StartAsync(backend);
        using var client = gateway.Outsider();
        using var response = await client.GetAsync("/dialplan/x");
        response.Headers.GetValues("X-Own").ShouldBe(["yes"]);
        (await Task.FromResult(response).ReadAsync()).ShouldBe((409, "as it is"));
    }

    [Fact]
    public async Task The_documents_of_all_services_are_listed_and_browsable()
    {
        await using var backend = await Backend.StartAsync(context => context.Response.WriteAsJsonAsync(new { openapi = "3.1.1", path = context.Request.Path.Value }));
        await using var gateway = await Gateways.StartAsync(backend);
        using var client = gateway.Outsider();
        (await client.GetStringAsync("/docs")).ShouldContain("swagger-ui");
        var script = await client.GetStringAsync("/docs/index.js");
        foreach (var service in RouteTable.Services)
        {
            script.ShouldContain($"/docs/{service}.json");
            (await client.GetStringAsync($"/docs/{service}.json")).ShouldBe("""{"openapi":"3.1.1","path":"/openapi/v1.json"}""");
        }
    }

    [Fact]
    public async Task It_tells_its_own_health()
    {
        await using var gateway = await Gateways.StartAsync([]);
        using var client = gateway.Outsider();
        (await client.GetStringAsync("/health")).ShouldBe("Healthy");
        (await client.GetStringAsync("/alive")).ShouldBe("Healthy");
    }
}
