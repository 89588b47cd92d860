using EmptyNumber.ServiceDefaults.Authentication;
using EmptyNumber.TestSupport;

namespace EmptyNumber.Listings.Tests;

/// <summary>Who may write what: every role against every write.</summary>
[Collection("listings")]
public sealed class RoleTests(ListingsSuite suite)
{
    private const string Nobody = "";
    private const string Revoked = "revoked";

    private static readonly string[] Roles = [Admin, "user", Agent, Landlord, "dialer", "device", "operator"];

    private const string Admin = "admin";
    private const string Agent = "agent";
    private const string Landlord = "landlord";

    private static readonly Dictionary<(string Resource, string Method), string[]> Allowed = new()
    {
        [("agents", "POST")] = [Admin],
        [("agents", "PUT")] = [Admin],
        [("agents", "DELETE")] = [Admin],
        [("estates", "POST")] = [Agent, Admin],
        [("estates", "PUT")] = [Agent, Admin],
        [("estates", "DELETE")] = [Admin],
        [("housetypes", "POST")] = [Landlord, Agent, Admin],
        [("housetypes", "PUT")] = [Agent, Admin],
        [("housetypes", "DELETE")] = [Admin],
        [("houseinfos", "POST")] = [Landlord, Agent, Admin],
        [("houseinfos", "PUT")] = [Landlord, Agent, Admin],
        [("houseinfos", "DELETE")] = [Landlord, Admin],
        [("photos", "POST")] = [Landlord, Agent, Admin],
        [("photos", "PUT")] = [Landlord, Agent, Admin],
        [("photos", "DELETE")] = [Landlord, Admin],
        [("tags", "POST")] = [Agent, Admin],
        [("tags", "PUT")] = [Agent, Admin],
        [("tags", "DELETE")] = [Admin],
    };

    public static IEnumerable<object[]> Matrix() =>
        from write in Allowed.Keys from role in (string[])[.. Roles, Nobody, Revoked] select (object[])[write.Resource, write.Method, role];

    [Theory]
    [MemberData(nameof(Matrix))]
    public async Task Each_role_writes_what_it_may_and_nothing_else(string resource, string method, string role)
    {
        using var revoked = suite.Holder(AccessToken.Create());
        var client = role == Revoked ? revoked : suite.As(role);

        // What is changed or deleted is the client's own where it may post it at all.
        var mayPost = Allowed[(resource is "photos" ? "houseinfos" : resource, "POST")].Contains(role);
        var owner = mayPost ? client : suite.Admin;
        var path = method == "POST" ? await suite.CollectionAsync(resource, owner) : await suite.ItemAsync(resource, owner);
        var before = await suite.Anybody.FetchAsync(path);

        var (status, body) = await suite.WriteAsync(client, resource, method, path);

        if (Allowed[(resource, method)].Contains(role))
            status.ShouldBe(method switch { "POST" => 201, "PUT" => 200, _ => 204 }, body);
        else
            (status, body).ShouldBe(Refusal(resource, method, isKnown: role is not (Nobody or Revoked)));
        if (status >= 400)
            (await suite.Anybody.FetchAsync(path)).ShouldBe(before);
    }

    public static IEnumerable<object[]> Others() =>
        from role in (string[])[Landlord, Agent]
        from write in Allowed
        where write.Key.Resource is "houseinfos" or "photos" && write.Value.Contains(role) && write.Key is not { Resource: "houseinfos", Method: "POST" }
        select (object[])[role, write.Key.Resource, write.Key.Method];

    [Theory]
    [MemberData(nameof(Others))]
    public async Task A_landlord_or_agent_changes_only_the_houses_that_he_posted(string role, string resource, string method)
    {
        using var neighbour = suite.Holder(suite.People.Issue(role));
        var path = method == "POST" ? await suite.CollectionAsync(resource, neighbour) : await suite.ItemAsync(resource, neighbour);
        var before = await suite.Anybody.FetchAsync(path);
        (await suite.WriteAsync(suite.As(role), resource, method, path)).ShouldBe((403, """{"detail":"您没有执行该操作的权限。"}"""));
        (await suite.Anybody.FetchAsync(path)).ShouldBe(before);
        (await suite.WriteAsync(suite.Admin, resource, method, path)).Status.ShouldBeLessThan(300);
    }

    [Fact]
    public async Task A_bad_token_is_refused_where_none_is_needed()
    {
        using var revoked = suite.Holder(AccessToken.Create());
        foreach (var path in (string[])["districts", "districts/110000", "hotcities", "agents", "estates", "housetypes", "houseinfos", "tags", "tags/?count=1"])
            (await revoked.FetchAsync($"/api/{path}")).ShouldBe((401, """{"detail":"不正确的身份认证信息。"}"""), path);
    }

    [Fact]
    public async Task The_token_may_come_in_either_header()
    {
        using var client = suite.Holder(null);
        client.DefaultRequestHeaders.Add("token", suite.People.Issue(Admin));
        await client.CreateAsync("/api/tags/", new { content = "近地铁" });
    }

    private static (int Status, string Body) Refusal(string resource, string method, bool isKnown) => (resource, method) switch
    {
        ("estates", _) => (403, isKnown ? """{"detail":"You do not have permission to perform this action."}""" : """{"detail":"请提供有效的身份认证信息"}"""),
        ("agents", "PUT" or "DELETE") => (403, Words(isKnown)),
        _ => (isKnown ? 403 : 401, Words(isKnown)),
    };

    private static string Words(bool isKnown) => isKnown ? """{"detail":"您没有执行该操作的权限。"}""" : """{"detail":"不正确的身份认证信息。"}""";
}
