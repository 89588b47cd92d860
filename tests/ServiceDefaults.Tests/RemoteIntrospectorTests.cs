using EmptyNumber.ServiceDefaults.Authentication;
using EmptyNumber.TestSupport;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace EmptyNumber.ServiceDefaults.Tests;

public sealed class RemoteIntrospectorTests
{
    private readonly StaticIntrospector _people = new();
    private int _questions;

    [Fact]
    public async Task Many_requests_with_one_token_are_one_question()
    {
        await using var accounts = await AccountsAsync();
        await using var service = await ServiceAsync(accounts.Address);
        var token = _people.Issue(Roles.Operator);
        var statuses = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => service.GetAsync("/operators", ("token", token)).StatusAsync()));
        statuses.ShouldAllBe(status => status == 200);
        _questions.ShouldBeLessThanOrEqualTo(2);
    }

    [Fact]
    public async Task A_revocation_is_in_force_within_two_seconds()
    {
        await using var accounts = await AccountsAsync();
        await using var service = await ServiceAsync(accounts.Address);
        var token = _people.Issue(Roles.Operator);
        (await service.GetAsync("/operators", ("token", token)).StatusAsync()).ShouldBe(200);
        _people.Revoke(token);
        await Eventually.Be(() => service.GetAsync("/operators", ("token", token)).StatusAsync(), 401, TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task A_replica_of_Accounts_that_is_away_does_not_matter()
    {
        await using var accounts = await AccountsAsync();
        await using var service = await ServiceAsync("http://127.0.0.1:1", accounts.Address);
        for (var i = 0; i < 6; i++)
            (await service.GetAsync("/operators", ("token", _people.Issue(Roles.Operator))).StatusAsync()).ShouldBe(200);
    }

    [Fact]
    public async Task Accounts_that_fails_is_asked_again_by_the_next_request()
    {
        var broken = true;
        await using var accounts = await SmallService.StartAsync(app => app.MapPost("/internal/tokens/introspect", () =>
            broken ? Results.StatusCode(500) : Results.Ok(new TokenIdentity(7, "x", [Roles.Operator]))));
        await using var service = await ServiceAsync(accounts.Address);
        var token = AccessToken.Create();
        (await service.GetAsync("/operators", ("token", token)).StatusAsync()).ShouldBe(503);
        broken = false;
        (await service.GetAsync("/operators", ("token", token)).StatusAsync()).ShouldBe(200);
    }

    private static Task<SmallService> ServiceAsync(params string[] accounts) => SmallService.StartAsync(
        app => app.MapGet("/operators", () => "").RequireRole(Roles.Operator),
        settings: [.. accounts.Select((address, i) => ($"services:accounts:http:{i}", address))]);

    private Task<SmallService> AccountsAsync() => SmallService.StartAsync(
        app => app.MapPost("/internal/tokens/introspect", async (HttpContext context, IntrospectionRequest question, ITokenIntrospector people) =>
        {
            Interlocked.Increment(ref _questions);
            return context.IsInternal() && await people.IntrospectAsync(question.TokenHash, default) is { } identity ? Results.Ok(identity) : Results.NotFound();
        }),
        builder => builder.Services.AddSingleton<ITokenIntrospector>(_people));
}
