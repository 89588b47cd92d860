using System.Net.Http.Json;
using EmptyNumber.Accounts.Apis;
using EmptyNumber.Accounts.Infrastructure;
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
}

/// <summary>What the tests do again and again.</summary>
internal static class AccountsClient
{
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

    public static Task<int> SessionsAsync(this ServiceHost<AccountsDb> host) => host.QueryAsync(db => db.Tokens.CountAsync());
}
