using EmptyNumber.ServiceDefaults.Authentication;
using EmptyNumber.ServiceDefaults.Errors;
using EmptyNumber.TestSupport;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace EmptyNumber.ServiceDefaults.Tests;

public sealed class TokenTests
{
    private const string NotAuthorized = """{"error":"User Not Authorized"}""";

    private readonly StaticIntrospector _people = new();

    [Theory]
    [InlineData("Authorization", "Token {0}")]
    [InlineData("Authorization", "token  {0} ")]
    [InlineData("token", "{0}")]
    [InlineData("Token", " {0}")]
    public async Task Both_headers_carry_a_token(string header, string value)
    {
        await using var service = await StartAsync();
        var token = _people.Issue();
        (await service.GetAsync("/mine", (header, string.Format(null, value, token))).ReadAsync())
            .ShouldBe((200, $"{_people.IdentityOf(token).UserId}"));
    }

    [Theory]
    [InlineData("Authorization", "Token 0123456789012345678901234567890123456789")]
    [InlineData("Authorization", "Token")]
    [InlineData("Authorization", "")]
    [InlineData("Authorization", "Bearer {0}")]
    [InlineData("Authorization", "{0}")]
    [InlineData("Authorization", "Token {0}0")]
    [InlineData("token", "")]
    [InlineData("token", "Token {0}")]
    public async Task A_bad_token_is_refused_even_where_none_is_needed(string header, string value)
    {
        await using var service = await StartAsync();
        var sent = string.Format(null, value, _people.Issue(Roles.Admin));
        foreach (var path in new[] { "/mine", "/open", "/operators", "/dialers", "/health" })
            (await service.GetAsync(path, (header, sent)).ReadAsync()).ShouldBe((401, NotAuthorized), path);
        (await service.GetAsync("/login", (header, sent)).ReadAsync()).ShouldBe((200, ""));
    }

    [Fact]
    public async Task Without_a_token_open_is_what_needs_none()
    {
        await using var service = await StartAsync();
        (await service.GetAsync("/open").StatusAsync()).ShouldBe(200);
        (await service.GetAsync("/mine").ReadAsync()).ShouldBe((401, NotAuthorized));
        (await service.GetAsync("/operators").ReadAsync()).ShouldBe((401, NotAuthorized));
        (await service.GetAsync("/dialers").ReadAsync()).ShouldBe((401, NotAuthorized));
    }

    [Fact]
    public async Task A_revoked_token_is_bad()
    {
        await using var service = await StartAsync();
        var token = _people.Issue();
        (await service.GetAsync("/mine", ("token", token)).StatusAsync()).ShouldBe(200);
        _people.Revoke(token);
        (await service.GetAsync("/mine", ("token", token)).StatusAsync()).ShouldBe(401);
    }

    [Fact]
    public async Task An_endpoint_may_ask_for_a_role()
    {
        await using var service = await StartAsync();
        (await service.GetAsync("/operators", ("token", _people.Issue(Roles.Dialer))).ReadAsync()).ShouldBe((403, """{"error":"Forbidden"}"""));
        (await service.GetAsync("/operators", ("token", _people.Issue(Roles.Operator))).StatusAsync()).ShouldBe(200);
        (await service.GetAsync("/operators", ("token", _people.Issue("user", Roles.Admin))).StatusAsync()).ShouldBe(200);
    }

    [Fact]
    public async Task Dialers_come_from_a_trusted_network_or_bring_a_token()
    {
        await using var service = await StartAsync();
        (await service.GetAsync("/dialers", (ForwardedIdentity.TrustedHeader, "1")).StatusAsync()).ShouldBe(200);
        (await service.GetAsync("/dialers", ("token", _people.Issue(Roles.Dialer))).StatusAsync()).ShouldBe(200);
        (await service.GetAsync("/dialers", ("token", _people.Issue("user"))).StatusAsync()).ShouldBe(401);
        (await service.GetAsync("/operators", (ForwardedIdentity.TrustedHeader, "1")).StatusAsync()).ShouldBe(401);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("a guess")]
    public async Task Nobody_is_believed_about_peers_who_does_not_know_the_key(string? key)
    {
        await using var service = await StartAsync();
        service.Client.DefaultRequestHeaders.Remove(ForwardedIdentity.KeyHeader);
        if (key is not null)
            service.Client.DefaultRequestHeaders.Add(ForwardedIdentity.KeyHeader, key);
        (await service.GetAsync("/dialers", (ForwardedIdentity.TrustedHeader, "1")).StatusAsync()).ShouldBe(401);
        (await service.GetAsync("/peer", ("X-Forwarded-For", "203.0.113.9"), ("X-Forwarded-Host", "evil.example")).ReadAsync())
            .Body.ShouldBe($"127.0.0.1 {new Uri(service.Address).Authority} False");
    }

    [Fact]
    public async Task The_gateway_is_believed_about_peers()
    {
        await using var service = await StartAsync();
        (await service.GetAsync("/peer", ("X-Forwarded-For", "203.0.113.9"), ("X-Forwarded-Host", "numbers.example:8000"), ("X-Forwarded-Proto", "https")).ReadAsync())
            .Body.ShouldBe("203.0.113.9 numbers.example:8000 True");
    }

    [Fact]
    public async Task Where_nobody_can_be_asked_about_tokens_the_answer_is_503()
    {
        await using var service = await SmallService.StartAsync(app => app.MapGet("/mine", () => "").RequireToken());
        (await service.GetAsync("/mine", ("token", AccessToken.Create())).ReadAsync())
            .ShouldBe((503, """{"error":"Service temporarily unavailable"}"""));
    }

    [Theory]
    [InlineData("0123456789abcdef0123456789abcdef01234567", true)]
    [InlineData("0123456789ABCDEF0123456789abcdef01234567", false)]
    [InlineData("0123456789abcdef0123456789abcdef0123456", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void A_token_is_40_lower_case_hex_digits(string? text, bool wellFormed) => AccessToken.IsWellFormed(text).ShouldBe(wellFormed);

    [Fact]
    public void New_tokens_are_well_formed_and_differ()
    {
        var tokens = Enumerable.Range(0, 100).Select(_ => AccessToken.Create()).ToList();
        tokens.ShouldAllBe(token => AccessToken.IsWellFormed(token));
        tokens.ShouldBeUnique();
    }

    private Task<SmallService> StartAsync() => SmallService.StartAsync(
        app =>
        {
            app.MapGet("/open", () => "");
            app.MapGet("/login", () => "").WithMetadata(new IgnoreTokens());
            app.MapGet("/mine", (HttpContext context) => $"{context.User.UserId()}").RequireToken();
            app.MapGet("/operators", () => "").RequireRole(Roles.Operator, Roles.Admin);
            app.MapGet("/dialers", () => "").RequireTrustedNetworkOrRole(Roles.Dialer, Roles.Operator, Roles.Admin);
            app.MapGet("/peer", (HttpContext context) => $"{context.Connection.RemoteIpAddress} {context.Request.Host} {context.IsInternal()}");
        },
        builder => builder.Services.AddSingleton<ITokenIntrospector>(_people),
        ErrorForm.Error);
}
