using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using EmptyNumber.Detection.Model;
using Microsoft.Extensions.Options;

namespace EmptyNumber.Detection.Infrastructure;

/// <summary>Posts to customers' receivers: only to public addresses, straight, and without following redirects.</summary>
internal sealed class WebhookClient : IDisposable
{
    private const int MaxErrorLength = 500;

    private readonly HttpClient _http;
    private readonly WebhookOptions _options;
    private readonly TimeProvider _time;

    public WebhookClient(IOptions<WebhookOptions> options, TimeProvider time)
    {
        _options = options.Value;
        _time = time;
        _http = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = ConnectAsync,
            ConnectTimeout = _options.TryLimit,
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            // Our traces are nobody else's business.
            ActivityHeadersPropagator = DistributedContextPropagator.CreateNoOutputPropagator(),
            MaxResponseHeadersLength = 16, // KiB
            MaxResponseDrainSize = 4096,
            ResponseDrainTimeout = TimeSpan.FromSeconds(1),
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("EmptyNumber", "1"));
    }

    /// <summary>Tries once.</summary>
    /// <param name="delivery">What is told, and where.</param>
    /// <param name="secret">The user's, whose text is the key of the signature.</param>
    /// <param name="cancellationToken">Gives the try up without a result.</param>
    /// <returns>Null when the receiver answered with a 2xx, else why it failed.</returns>
    public async Task<string?> PostAsync(WebhookDelivery delivery, string secret, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(_options.TryLimit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            using var request = Request(delivery, secret);
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            return response.IsSuccessStatusCode ? null : $"HTTP {(int)response.StatusCode}";
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            var error = limit.IsCancellationRequested ? $"no answer within {_options.TryLimit.TotalSeconds} s" : e.Message;
            return error.Length <= MaxErrorLength ? error : error[..MaxErrorLength];
        }
    }

    /// <inheritdoc />
    public void Dispose() => _http.Dispose();

    private HttpRequestMessage Request(WebhookDelivery delivery, string secret)
    {
        var body = Encoding.UTF8.GetBytes(delivery.Body);
        var timestamp = _time.GetUtcNow().ToUnixTimeSeconds().ToString();
        byte[] signed = [.. Encoding.ASCII.GetBytes(timestamp), (byte)'.', .. body];
        var signature = HMACSHA256.HashData(Encoding.ASCII.GetBytes(secret), signed);
        var request = new HttpRequestMessage(HttpMethod.Post, delivery.Url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("X-EmptyNumber-Timestamp", timestamp);
        request.Headers.Add("X-EmptyNumber-Signature", $"sha256={Convert.ToHexStringLower(signature)}");
        return request;
    }

    /// <summary>Looks the host up and connects to what was looked at, so that no second answer of the DNS can slip in between.</summary>
    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(host, cancellationToken);
        if (!_options.AllowPrivateNetworks)
            addresses = Array.FindAll(addresses, WebhookAddresses.IsPublic);
        if (addresses.Length == 0)
            throw new HttpRequestException($"{host} has no public address");
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
