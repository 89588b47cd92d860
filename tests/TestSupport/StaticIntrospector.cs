using System.Collections.Concurrent;
using EmptyNumber.ServiceDefaults.Authentication;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace EmptyNumber.TestSupport;

/// <summary>Stands in for Accounts: knows the tokens that the test issues.</summary>
public sealed class StaticIntrospector : ITokenIntrospector
{
    private readonly ConcurrentDictionary<string, TokenIdentity> _identities = new();
    private long _lastUser;

    /// <summary>A token of a new user with these roles.</summary>
    public string Issue(params string[] roles)
    {
        var id = Interlocked.Increment(ref _lastUser);
        return Issue(new TokenIdentity(id, $"user{id}", roles));
    }

    /// <summary>A token, one more perhaps, of this user.</summary>
    public string Issue(TokenIdentity identity)
    {
        var token = AccessToken.Create();
        _identities[AccessToken.Hash(token)] = identity;
        return token;
    }

    /// <summary>Whose token it is.</summary>
    public TokenIdentity IdentityOf(string token) => _identities[AccessToken.Hash(token)];

    /// <summary>The token is bad from now on.</summary>
    public void Revoke(string token) => _identities.TryRemove(AccessToken.Hash(token), out _);

    /// <summary>Puts it into a service.</summary>
    public void Replace(IServiceCollection services) => services.Replace(ServiceDescriptor.Singleton<ITokenIntrospector>(this));

    /// <inheritdoc />
    public Task<TokenIdentity?> IntrospectAsync(string tokenHash, CancellationToken cancellationToken) =>
        Task.FromResult(_identities.GetValueOrDefault(tokenHash));
}
