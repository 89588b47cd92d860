using System.Net.Http.Json;
using System.Text.Json;
using EmptyNumber.Accounts.Apis;
using EmptyNumber.Accounts.Infrastructure;
using EmptyNumber.Accounts.Model;
using EmptyNumber.ServiceDefaults.Authentication;
using EmptyNumber.TestSupport;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace EmptyNumber.Accounts.Tests;

[CollectionDefinition("servers")]
public sealed class SharedServers : ICollectionFixture<AccountsServers>;

/// <summary>PostgreSQL, and Accounts on a database of its own for each test.</summary>
public sealed class AccountsServers() : Servers(Needs.Postgres)
{
    private AccountsSuite? _shared;

    /// <summary>A gateway before two replicas, for tests that leave nothing behind but sessions of the development users, and failures, which cost nobody anything there.</summary>
    internal async Task<AccountsSuite> SharedAsync() =>
        _shared ??= await AccountsSuite.StartAsync(this, settings: [("Accounts:FailuresPerUser", "1000"), ("Accounts:FailuresPerAddress", "1000")]);

    internal Task<ServiceHost<AccountsDb>> StartAsync(
        string? database = null, TimeProvider? clock = null, bool migrate = true, string environment = "Development", params (string Key, string Value)[] settings)
    {
        var all = settings.ToDictionary(setting => setting.Key, setting => (string?)setting.Value);
        all["ConnectionStrings:accountsdb"] = database ?? NewDatabase("accounts");
        return ServiceHost.StartAsync<AccountsDb>(
            all,
            services => services.Replace(ServiceDescriptor.Singleton(clock ?? TimeProvider.System)),
            migrate,
            environment);
    }

    /// <inheritdoc />
    public override async Task DisposeAsync()
    {
        if (_shared is not null)
            await _shared.DisposeAsync();
        await base.DisposeAsync();
    }
}

/// <summary>What the tests do again and again.</summary>
internal static class AccountsClient
{
    /// <summary>Of users that tests add.</summary>
    public const string Password = "一个好密码";

    /// <summary>The JSON of an answer, which has to have this status.</summary>
    public static async Task<JsonElement> ExpectAsync(this Task<(int Status, string Body)> sending, int status = 200)
    {
        var (actual, body) = await sending;
        actual.ShouldBe(status, body);
        return body.Length == 0 ? default : JsonDocument.Parse(body).RootElement;
    }

    public static Task<JsonElement> GetJsonAsync(this HttpClient client, string path) => client.FetchAsync(path).ExpectAsync();

    public static Task<HttpResponseMessage> LogInAsync(this HttpClient client, string name, string password) =>
        client.PostAsJsonAsync("/api/login/", new { username = name, password });

    public static async Task<string> TokenAsync(this HttpClient client, string name, string password)
    {
        using var response = await client.LogInAsync(name, password);
        var answer = await response.Content.ReadFromJsonAsync<LoginAnswer>();
        return answer!.Token.ShouldNotBeNull(answer.Message);
    }

    public static async Task<TokenIdentity?> IntrospectAsync(this HttpClient client, string token)
    {
        using var response = await client.PostAsJsonAsync("/internal/tokens/introspect", new IntrospectionRequest(AccessToken.Hash(token)));
        return response.IsSuccessStatusCode ? await response.Content.ReadFromJsonAsync<TokenIdentity>() : null;
    }

    public static async Task<T> QueryAsync<T>(this ServiceHost<AccountsDb> host, Func<AccountsDb, Task<T>> query)
    {
        await using var scope = host.Services.CreateAsyncScope();
        return await query(scope.ServiceProvider.GetRequiredService<AccountsDb>());
    }

    /// <summary>Adds users with <see cref="Password"/>, each with one role.</summary>
    public static Task AddUsersAsync(this ServiceHost<AccountsDb> host, IEnumerable<(string Name, string Role)> users) => host.QueryAsync(db =>
    {
        var hash = new Passwords().Hash(Password);
        db.AddRange(users.Select(user => new User { Name = user.Name, PasswordHash = hash, Roles = [user.Role] }));
        return db.SaveChangesAsync();
    });

    public static Task<int> SessionsAsync(this ServiceHost<AccountsDb> host) => host.QueryAsync(db => db.Tokens.CountAsync());
}
