using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Serialization;
using EmptyNumber.ServiceDefaults.Caching;
using EmptyNumber.ServiceDefaults.Errors;
using Microsoft.Extensions.Caching.Memory;

namespace EmptyNumber.ServiceDefaults.Authentication;

/// <summary>Asks Accounts, and remembers the answer for a second: a revocation is in force everywhere within two.</summary>
internal sealed class RemoteIntrospector(IHttpClientFactory clients) : ITokenIntrospector, IDisposable
{
    /// <summary>Name of the HTTP client, and of the service that it calls.</summary>
    public const string Accounts = "accounts";

    /// <summary>Where Accounts answers; the gateway has no route to it.</summary>
    public const string Path = "/internal/tokens/introspect";

    private static readonly TimeSpan Remembered = TimeSpan.FromSeconds(1);

    private readonly MemoryCache _answers = new(new MemoryCacheOptions { SizeLimit = 100_000 });

    public Task<TokenIdentity?> IntrospectAsync(string tokenHash, CancellationToken cancellationToken) =>
        _answers.ShareAsync(tokenHash, Remember, () => AskAsync(tokenHash), cancellationToken);

    public void Dispose() => _answers.Dispose();

    private static void Remember(ICacheEntry entry)
    {
        entry.Size = 1;
        entry.AbsoluteExpirationRelativeToNow = Remembered;
    }

    private async Task<TokenIdentity?> AskAsync(string tokenHash)
    {
        try
        {
            using var http = clients.CreateClient(Accounts);
            using var response = await http.PostAsJsonAsync(Path, new IntrospectionRequest(tokenHash));
            if (response.StatusCode == HttpStatusCode.NotFound)
                return null;
            response.EnsureSuccessStatusCode();
            return await response.Content.ReadFromJsonAsync<TokenIdentity>();
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException or Polly.ExecutionRejectedException)
        {
            throw new UnavailableException("Accounts does not answer.", e);
        }
    }
}

/// <summary>Asks whose token has this hash; answered with a <see cref="TokenIdentity"/> or 404.</summary>
/// <param name="TokenHash">As <see cref="AccessToken.Hash"/> gives it.</param>
public sealed record IntrospectionRequest([property: JsonPropertyName("token_hash")] string TokenHash);
