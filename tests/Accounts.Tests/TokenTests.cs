using System.Net;
using System.Net.Http.Json;
using EmptyNumber.Accounts.Infrastructure;
using EmptyNumber.ServiceDefaults.Authentication;
using EmptyNumber.TestSupport;
using Microsoft.EntityFrameworkCore;

namespace EmptyNumber.Accounts.Tests;

[Collection("servers")]
public sealed class TokenTests(AccountsServers servers)
{
    [Fact]
    public async Task Introspection_tells_the_user_and_his_roles()
    {
        await using var host = await servers.StartAsync();
        var identity = await host.Client.IntrospectAsync(await host.Client.TokenAsync("jackfrued", "123456"));
        identity!.Name.ShouldBe("jackfrued");
        identity.Roles.ShouldBe([Roles.Admin]);
        identity.UserId.ShouldBe(await host.QueryAsync(db => db.Users.Where(user => user.Name == "jackfrued").Select(user => user.Id).SingleAsync()));
        (await host.Client.IntrospectAsync(AccessToken.Create())).ShouldBeNull();
    }

    [Fact]
    public async Task A_token_ends_after_seven_days_however_much_it_is_used()
    {
        var clock = new FakeTimeProvider();
        await using var host = await servers.StartAsync(clock: clock);
        var token = await host.Client.TokenAsync("jackfrued", "123456");
        clock.Advance(TimeSpan.FromDays(4));
        (await host.Client.IntrospectAsync(token)).ShouldNotBeNull();
        clock.Advance(TimeSpan.FromDays(3) - TimeSpan.FromMilliseconds(1));
        (await host.Client.IntrospectAsync(token)).ShouldNotBeNull();
        clock.Advance(TimeSpan.FromMilliseconds(1));
        (await host.Client.IntrospectAsync(token)).ShouldBeNull();
    }

    [Fact]
    public async Task What_has_expired_is_deleted_within_an_hour()
    {
        var clock = new FakeTimeProvider();
        await using var host = await servers.StartAsync(clock: clock);
        await host.Client.TokenAsync("jackfrued", "123456");
        (await host.Client.LogInAsync("wangdachui", "wrong")).Dispose();
        clock.Advance(TimeSpan.FromDays(6));
        var current = await host.Client.TokenAsync("wangdachui", "123123");
        clock.Advance(TimeSpan.FromDays(1) + TimeSpan.FromHours(1));
        await Eventually.Be(host.SessionsAsync, 1);
        await Eventually.Be(() => host.QueryAsync(db => db.LoginDebts.CountAsync()), 0);
        (await host.Client.IntrospectAsync(current)).ShouldNotBeNull();
    }

    [Theory]
    [InlineData("Authorization", "Token {0}")]
    [InlineData("Authorization", "token {0}")]
    [InlineData("token", "{0}")]
    public async Task A_logout_revokes_the_token_that_comes_with_it(string header, string value)
    {
        await using var host = await servers.StartAsync();
        var token = await host.Client.TokenAsync("jackfrued", "123456");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/logout/") { Headers = { { header, string.Format(null, value, token) } } };
        using var response = await host.Client.SendAsync(request);
        response.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await host.Client.IntrospectAsync(token)).ShouldBeNull();
    }

    [Fact]
    public async Task Introspection_does_not_exist_for_who_does_not_know_the_key()
    {
        await using var host = await servers.StartAsync();
        var token = await host.Client.TokenAsync("jackfrued", "123456");
        using var stranger = host.CreateClient(throughGateway: false);
        using var response = await stranger.PostAsJsonAsync("/internal/tokens/introspect", new IntrospectionRequest(AccessToken.Hash(token)));
        response.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        stranger.DefaultRequestHeaders.Add(ForwardedIdentity.KeyHeader, "a guess");
        (await stranger.IntrospectAsync(token)).ShouldBeNull();
        (await host.Client.GetStringAsync("/openapi/v1.json")).ShouldNotContain("/internal");
    }

    [Fact]
    public async Task The_demo_users_exist_in_development_only()
    {
        var database = servers.NewDatabase("accounts");
        await using (var production = await servers.StartAsync(database, environment: "Production"))
            (await production.QueryAsync(db => db.Users.CountAsync())).ShouldBe(0);

        await using var development = await servers.StartAsync(database);
        (await development.QueryAsync(db => db.Users.OrderBy(user => user.Name).Select(user => user.Name + " " + user.Roles[0]).ToListAsync()))
            .ShouldBe(["hellokitty agent", "jackfrued admin", "wangdachui user", "wuzetian landlord"]);
    }

    [Fact]
    public async Task Migrating_again_and_at_once_changes_nothing()
    {
        var database = servers.NewDatabase("accounts");
        var hosts = await Task.WhenAll(servers.StartAsync(database), servers.StartAsync(database));
        var token = await hosts[0].Client.TokenAsync("wuzetian", "123456");
        await using var third = await servers.StartAsync(database);
        (await third.QueryAsync(db => db.Users.CountAsync())).ShouldBe(4);
        (await third.Client.IntrospectAsync(token)).ShouldNotBeNull();
        foreach (var host in hosts)
            await host.DisposeAsync();
    }

    [Fact]
    public async Task A_service_has_the_token_that_is_configured_and_no_other()
    {
        var database = servers.NewDatabase("accounts");
        var (old, present) = (AccessToken.Create(), AccessToken.Create());
        await using (var before = await servers.StartAsync(database, settings: ("Accounts:ServiceTokens:listings", old)))
            (await before.Client.IntrospectAsync(old))!.Roles.ShouldBe([Roles.User]);

        var hosts = await Task.WhenAll(Start(), Start());
        foreach (var host in hosts)
        {
            (await host.Client.IntrospectAsync(old)).ShouldBeNull();
            (await host.Client.IntrospectAsync(present))!.Name.ShouldBe("service-listings");
            using var login = await host.Client.LogInAsync("service-listings", "");
            (await login.Content.ReadAsStringAsync()).ShouldContain("30001");
            await host.DisposeAsync();
        }

        await using var auditor = await Start();
        using var admin = auditor.CreateClient(await auditor.Client.TokenAsync("jackfrued", "123456"));
        var entries = (await admin.GetJsonAsync("/api/audit/?user=service-listings&success=true")).GetProperty("results").EnumerateArray();
        entries.Select(entry => $"{entry.GetProperty("event")} by {entry.GetProperty("actor")}: {entry.GetProperty("detail")}").ShouldBe(
        [
            "token_created by : Accounts:ServiceTokens:listings",
            "token_revoked by : all: 1",
            "token_created by : Accounts:ServiceTokens:listings",
            "user_created by : roles: user",
        ]);

        await Should.ThrowAsync<InvalidOperationException>(servers.StartAsync(database, settings: ("Accounts:ServiceTokens:listings", "secret")));

        Task<ServiceHost<AccountsDb>> Start() => servers.StartAsync(database, settings: ("Accounts:ServiceTokens:listings", present));
    }

    [Fact]
    public async Task Without_its_database_it_is_unavailable()
    {
        var database = servers.NewDatabase("accounts");
        await using var host = await servers.StartAsync(database);
        await host.QueryAsync(db => db.Database.ExecuteSqlRawAsync("alter table users rename to users_elsewhere"));
        using (var broken = await host.Client.LogInAsync("jackfrued", "123456"))
            broken.StatusCode.ShouldBe(HttpStatusCode.InternalServerError);

        await servers.Postgres.KillAsync();
        using (var response = await host.Client.LogInAsync("jackfrued", "123456"))
        {
            response.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
            (await response.Content.ReadAsStringAsync()).ShouldBe("""{"detail":"Service temporarily unavailable"}""");
        }

        using (var health = await host.Client.GetAsync("/health"))
            health.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await host.Client.GetStringAsync("/alive")).ShouldBe("Healthy");
        await servers.Postgres.StartAsync();
        await Eventually.Be(() => host.Client.GetStringAsync("/alive"), "Healthy");
    }

    [Fact]
    public async Task Migrations_make_what_the_model_asks_for() =>
        (await Schema.DifferencesAsync<AccountsDb>(servers)).ShouldBeEmpty();
}
