using System.Text.Json.Nodes;
using EmptyNumber.ServiceDefaults.Authentication;
using EmptyNumber.ServiceDefaults.Errors;
using EmptyNumber.ServiceDefaults.OpenApi;
using EmptyNumber.TestSupport;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace EmptyNumber.ServiceDefaults.Tests;

/// <summary>What the OpenAPI document of every service says.</summary>
public sealed class DocumentTests
{
    [Fact]
    public async Task Both_ways_to_send_a_token_are_schemes_and_closed_operations_ask_for_one()
    {
        var document = await DocumentAsync();
        var schemes = document["components"]!["securitySchemes"]!;
        schemes["token"]!["name"]!.ToString().ShouldBe("token");
        schemes["authorization"]!["name"]!.ToString().ShouldBe("Authorization");
        foreach (var scheme in new[] { "token", "authorization" })
            (schemes[scheme]!["type"]!.ToString(), schemes[scheme]!["in"]!.ToString()).ShouldBe(("apiKey", "header"));

        Operation(document, "/mine", "get")["security"]!.ToJsonString().ShouldBe("""[{"token":[]},{"authorization":[]}]""");
        Operation(document, "/operators/{id}", "delete")["security"]!.ToJsonString().ShouldBe("""[{"token":[]},{"authorization":[]}]""");
        Operation(document, "/dialers", "get")["security"]!.ToJsonString().ShouldBe("""[{"token":[]},{"authorization":[]},{}]""");
        Operation(document, "/open", "get")["security"].ShouldBeNull();
    }

    [Fact]
    public async Task Each_operation_tells_its_errors_in_the_form_of_its_API()
    {
        var document = await DocumentAsync();

        Statuses(Operation(document, "/open", "get")).ShouldBe(["200", "401", "429", "5XX"]);
        Statuses(Operation(document, "/login", "post")).ShouldBe(["200", "400", "413", "415", "429", "5XX"]);
        Statuses(Operation(document, "/dialers", "get")).ShouldBe(["200", "401", "409", "429", "5XX"]);
        Statuses(Operation(document, "/operators/{id}", "delete")).ShouldBe(["200", "400", "401", "403", "404", "429", "5XX"]);

        Body(Operation(document, "/mine", "get"), "401")["example"]!.ToJsonString().ShouldBe("""{"error":"User Not Authorized"}""");
        var envelope = Body(Operation(document, "/operators/{id}", "delete"), "403");
        envelope["example"]!.ToJsonString().ShouldBe("""{"code":403,"msg":"Forbidden","data":{}}""");
        envelope["schema"]!["properties"]!["code"]!["type"]!.ToString().ShouldBe("integer");
        Operation(document, "/operators/{id}", "delete")["responses"]!["403"]!["description"]!.ToString().ShouldContain("operator, admin");
    }

    [Fact]
    public async Task A_file_is_described_as_a_form_and_as_the_body_itself()
    {
        var upload = Operation(await DocumentAsync(), "/upload", "post");

        var content = upload["requestBody"]!["content"]!;
        var form = content["multipart/form-data"]!["schema"]!;
        form["properties"]!.AsObject().Select(field => field.Key).ShouldBe(["phone", "cause", "file_name"], ignoreOrder: true);
        form["properties"]!["file_name"]!["format"]!.ToString().ShouldBe("binary");
        form["required"]!.AsArray().Select(field => field!.ToString()).ShouldBe(["file_name", "phone"], ignoreOrder: true);
        content["audio/wav"]!["schema"]!["format"]!.ToString().ShouldBe("binary");
        upload["parameters"]!.AsArray().Select(parameter => $"{parameter!["in"]} {parameter["name"]}").ShouldBe(["query phone", "query cause"]);
    }

    private static JsonNode Operation(JsonNode document, string path, string method) => document["paths"]![path]![method]!;

    private static string[] Statuses(JsonNode operation) => [.. operation["responses"]!.AsObject().Select(response => response.Key).Order(StringComparer.Ordinal)];

    private static JsonNode Body(JsonNode operation, string status) => operation["responses"]![status]!["content"]!["application/json"]!;

    private static async Task<JsonNode> DocumentAsync()
    {
        await using var service = await SmallService.StartAsync(app =>
        {
            app.MapGet("/open", () => "");
            app.MapPost("/login", (Order _) => "").WithMetadata(new IgnoreTokens());
            app.MapGet("/mine", () => "").RequireToken();
            app.MapGet("/dialers", () => "").RequireTrustedNetworkOrRole(Roles.Dialer).DocumentsErrors(409);
            app.MapDelete("/operators/{id}", (long id) => $"{id}").RequireRole(Roles.Operator, Roles.Admin).WithErrorForm(ErrorForm.Envelope);
            app.MapPost("/upload", (HttpContext _) => "").DocumentsBody(new DocumentedBody
            {
                FileField = "file_name",
                FileType = "audio/wav",
                Fields = [new("phone", "The number.", IsRequired: true), new("cause", "The cause.")],
            });
        });
        return JsonNode.Parse((await service.GetAsync("/openapi/v1.json").ReadAsync()).Body)!;
    }

    private sealed record Order(int Count);
}
