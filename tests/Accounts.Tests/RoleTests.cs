using EmptyNumber.ServiceDefaults.Authentication;
using EmptyNumber.TestSupport;

namespace EmptyNumber.Accounts.Tests;

/// <summary>An operation of the API.</summary>
/// <param name="Method">Its method.</param>
/// <param name="Path">Its path, as the document writes it.</param>
/// <param name="Openness">Who may call it.</param>
public sealed record Operation(string Method, string Path, Openness Openness)
{
    public override string ToString() => $"{Method} {Path}";
}

/// <summary>Who may call an operation.</summary>
public enum Openness
{
    Anybody,
    Users,
    Admins,
}

/// <summary>The operations of the API.</summary>
public static class Operations
{
    public static IReadOnlyList<Operation> All { get; } =
    [
        new("POST", "/api/login", Openness.Anybody),
        new("GET", "/api/mobile_code/{tel}", Openness.Anybody),
        new("POST", "/api/logout", Openness.Users),
        new("GET", "/api/tokens", Openness.Users),
        new("POST", "/api/tokens", Openness.Users),
        new("DELETE", "/api/tokens/{id}", Openness.Users),
        new("GET", "/api/users", Openness.Admins),
        new("POST", "/api/users", Openness.Admins),
        new("GET", "/api/users/{id}", Openness.Admins),
        new("PATCH", "/api/users/{id}", Openness.Admins),
        new("DELETE", "/api/users/{id}", Openness.Admins),
        new("DELETE", "/api/users/{id}/tokens", Openness.Admins),
        new("GET", "/api/audit", Openness.Admins),
    ];
}

/// <summary>Every operation for every role.</summary>
[Collection("servers")]
public sealed class RoleTests(RoleSuite roles) : IClassFixture<RoleSuite>
{
    private const string Nobody = "nobody";
    private const string Revoked = "revoked";

    public static IEnumerable<object[]> Matrix() =>
        from operation in Operations.All from role in (string[])[.. Roles.All, Nobody, Revoked] select (object[])[operation.ToString(), role];

    [Theory]
    [MemberData(nameof(Matrix))]
    public async Task Each_role_calls_what_it_may_and_nothing_else(string name, string role)
    {
        var operation = Operations.All.Single(one => one.ToString() == name);
        var token = role switch { Nobody => null, Revoked => AccessToken.Create(), _ => await roles.TokenAsync(role) };
        using var client = roles.Suite.Connect(token);

        var (status, body) = await client.SendAsync(
            operation.Method, operation.Path.Replace("{id}", "999999999").Replace("{tel}", "1"), operation.Method is "POST" or "PATCH" ? new { } : null);

        if (operation.Path == "/api/logout")
            roles.Forget(role);

        var isLogin = operation.Path == "/api/login";
        var expected = (operation.Openness, role) switch
        {
            (_, Revoked) when !isLogin => 401,
            (Openness.Anybody, _) => 200,
            (_, Nobody) => 401,
            (Openness.Admins, not Roles.Admin) => 403,
            _ => 0,
        };
        if (expected == 0)
            status.ShouldBeOneOf(200, 204, 400, 404);
        else
            status.ShouldBe(expected, body);
        if (status is 401 or 403)
            body.ShouldBe(status == 401 ? """{"detail":"不正确的身份认证信息。"}""" : """{"detail":"您没有执行该操作的权限。"}""");
    }
}

/// <summary>One suite, with a user of each role.</summary>
public sealed class RoleSuite(AccountsServers servers) : IAsyncLifetime
{
    private readonly Dictionary<string, string> _tokens = [];

    internal AccountsSuite Suite { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Suite = await AccountsSuite.StartAsync(servers, settings: ("Accounts:FailuresPerUser", "1000"));
        await Suite.Replica.AddUsersAsync(Roles.All.Select(role => ($"a {role}", role)));
    }

    /// <summary>The token of the user of a role, who logs in once, as passwords take their time.</summary>
    public async Task<string> TokenAsync(string role)
    {
        if (!_tokens.TryGetValue(role, out var token))
            _tokens[role] = token = await Suite.Anybody.TokenAsync($"a {role}", AccountsClient.Password);
        return token;
    }

    /// <summary>The user has logged out.</summary>
    public void Forget(string role) => _tokens.Remove(role);

    public async Task DisposeAsync() => await Suite.DisposeAsync();
}
