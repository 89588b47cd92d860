using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using EmptyNumber.Listings.Model;
using Microsoft.Extensions.Options;

namespace EmptyNumber.Listings.Infrastructure;

/// <summary>Number detection as any customer uses it: through the gateway, with a token.</summary>
internal sealed class DetectionClient(IHttpClientFactory clients, IOptions<ListingsOptions> options)
{
    /// <summary>Name of the HTTP client, and of what it calls.</summary>
    public const string Gateway = "gateway";

    /// <summary>Has a number detected.</summary>
    /// <param name="number">As somebody typed it.</param>
    /// <param name="key">The same for the same order, however often it is sent.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The task; null for what is no number.</returns>
    /// <exception cref="HttpRequestException">Detection cannot take it now.</exception>
    public async Task<long?> SubmitAsync(string number, Guid key, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/detect/") { Content = JsonContent.Create(new { numbers = new[] { number } }) };
        request.Headers.Add("Idempotency-Key", $"{key:N}");
        var answer = await SendAsync(request, HttpStatusCode.BadRequest, cancellationToken);
        return answer?.GetProperty("task_id").GetInt64();
    }

    /// <summary>Looks at the only number of a task.</summary>
    /// <returns>Its state, 0 while it is not final; null when the task is gone.</returns>
    /// <exception cref="HttpRequestException">Detection cannot tell now.</exception>
    public async Task<int?> StateAsync(long task, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/phone/{task}/");
        var answer = await SendAsync(request, HttpStatusCode.NotFound, cancellationToken);
        return answer?[0].GetProperty("state").GetInt32();
    }

    private async Task<JsonElement?> SendAsync(HttpRequestMessage request, HttpStatusCode refusal, CancellationToken cancellationToken)
    {
        using var http = clients.CreateClient(Gateway);
        request.Headers.TryAddWithoutValidation("Authorization", $"Token {options.Value.ServiceToken}");
        using var response = await http.SendAsync(request, cancellationToken);
        if (response.StatusCode == refusal)
            return null;
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
    }
}
