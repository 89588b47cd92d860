using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using EmptyNumber.Dialer.Calls;
using Microsoft.Extensions.Options;

namespace EmptyNumber.Dialer.Infrastructure;

/// <summary>
/// The dialer API, as a client sees it through the gateway. Whatever goes wrong is a <see cref="CoordinatorException"/>;
/// reports, heartbeats and uploads are idempotent and are tried again by themselves.
/// </summary>
internal sealed class CoordinatorClient : IDisposable
{
    private const int UsualAttempts = 8;
    private const int HeartbeatAttempts = 3;

    private static readonly JsonSerializerOptions Json = JsonSerializerOptions.Web;

    private readonly TimeProvider _time;
    private readonly HttpClient _control;
    private readonly HttpClient _calls;

    public CoordinatorClient(IOptions<DialerOptions> options, TimeProvider time)
    {
        _time = time;
        // Two pools of connections: a thousand uploads must not stand in the way of a heartbeat.
        _control = Connect(options.Value, TimeSpan.FromSeconds(4), connections: 4);
        _calls = Connect(options.Value, TimeSpan.FromSeconds(30), connections: 128);
    }

    /// <summary>Announces a dialer.</summary>
    /// <returns>Its client id.</returns>
    public async Task<string> NotifyAsync(string name, CancellationToken cancellationToken)
    {
        var data = await SendAsync<ClientData>(_control, HttpMethod.Get, $"notify?name={Escape(name)}", null, cancellationToken);
        return data?.ClientId is { Length: > 0 } id ? id : throw Unreadable("notify", "no clientId");
    }

    /// <summary>Gives back the leases and the numbers of a client.</summary>
    public Task LeaveAsync(string clientId, CancellationToken cancellationToken) =>
        SendAsync<NoData>(_control, HttpMethod.Delete, $"notify/{Escape(clientId)}", null, cancellationToken);

    /// <summary>Tells that the client is alive.</summary>
    public Task HeartbeatAsync(string clientId, CancellationToken cancellationToken) => RetryAsync(
        () => SendAsync<NoData>(_control, HttpMethod.Post, $"heartbeat/{Escape(clientId)}", null, cancellationToken),
        HeartbeatAttempts,
        cancellationToken);

    /// <summary>Leases extensions, as many as there are up to <paramref name="lines"/>; asked again, the same ones and what is new.</summary>
    public async Task<IReadOnlyList<Account>> LeaseAsync(string clientId, int lines, CancellationToken cancellationToken)
    {
        var path = $"accounts/{Escape(clientId)}?threadsNum={lines}&partial=true";
        var data = await SendAsync<AccountsData>(_control, HttpMethod.Get, path, null, cancellationToken);
        var items = data?.Accounts ?? throw Unreadable(path, "no accounts");
        return
        [
            .. items.Where(item => !string.IsNullOrEmpty(item?.ExtensionNum))
                .Select(item => new Account(item!.ExtensionNum!, item.Password ?? "", item.Host))
                .DistinctBy(account => account.ExtensionNum)
                .Take(lines),
        ];
    }

    /// <summary>Asks for numbers for all extensions of the client that are free.</summary>
    public async Task<IReadOnlyList<PlanItem>> DialPlanAsync(string clientId, CancellationToken cancellationToken)
    {
        var path = $"dialplan/{Escape(clientId)}";
        var data = await SendAsync<DialPlanData>(_control, HttpMethod.Get, path, null, cancellationToken);
        var items = data?.Dialplans ?? throw Unreadable(path, "no dialplans");
        return
        [
            .. items.Where(item => item is { ExtensionNum.Length: > 0, PhoneNum.Length: > 0 })
                .Select(item => new PlanItem(item!.ExtensionNum!, item.PhoneNum!)),
        ];
    }

    /// <summary>Tells what an extension is doing.</summary>
    public Task ReportAsync(
        string clientId,
        string extensionNum,
        ExtensionStatus status,
        string number,
        CancellationToken cancellationToken,
        int attempts = UsualAttempts)
    {
        var word = status switch
        {
            ExtensionStatus.Idle => "idle",
            ExtensionStatus.Call => "call",
            ExtensionStatus.During => "during",
            _ => throw new ArgumentOutOfRangeException(nameof(status), status, null),
        };
        var path = $"status/{Escape(clientId)}?status={word}&extensionNum={Escape(extensionNum)}&phoneNum={Escape(number)}";
        return RetryAsync(() => SendAsync<NoData>(_calls, HttpMethod.Get, path, null, cancellationToken), attempts, cancellationToken);
    }

    /// <summary>Uploads what was heard.</summary>
    public Task UploadAsync(string clientId, string extensionNum, string number, CallResult result, CancellationToken cancellationToken) => RetryAsync(
        () => SendAsync<NoData>(_calls, HttpMethod.Post, $"dial_wav/{Escape(clientId)}", Form(extensionNum, number, result), cancellationToken),
        UsualAttempts,
        cancellationToken);

    public void Dispose()
    {
        _control.Dispose();
        _calls.Dispose();
    }

    private static MultipartFormDataContent Form(string extensionNum, string number, CallResult result)
    {
        var form = new MultipartFormDataContent
        {
            { new StringContent(extensionNum), "extensionNum" },
            { new StringContent(number), "phone" },
        };
        if (result.Signalling.SipCode is { } sip)
            form.Add(new StringContent(sip.ToString(CultureInfo.InvariantCulture)), "sip_code");
        if (result.Signalling.Q850Cause is { } cause)
            form.Add(new StringContent(cause.ToString(CultureInfo.InvariantCulture)), "q850_cause");
        if (result.Signalling.Answered is { } answered)
            form.Add(new StringContent(answered ? "true" : "false"), "answered");
        var wav = new ByteArrayContent(result.Wav) { Headers = { ContentType = new MediaTypeHeaderValue("audio/wav") } };
        form.Add(wav, "file_name", $"{extensionNum}-{number}.wav");
        return form;
    }

    private static HttpClient Connect(DialerOptions options, TimeSpan timeout, int connections)
    {
        var handler = new SocketsHttpHandler { MaxConnectionsPerServer = connections, PooledConnectionLifetime = TimeSpan.FromMinutes(5) };
        var client = new HttpClient(handler)
        {
            BaseAddress = new Uri(options.Gateway!.AbsoluteUri.TrimEnd('/') + "/"),
            Timeout = timeout,
            MaxResponseContentBufferSize = 4 << 20,
        };
        if (!string.IsNullOrEmpty(options.Token))
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Token", options.Token);
        return client;
    }

    private static async Task<T?> SendAsync<T>(
        HttpClient client, HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken)
        where T : class
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        try
        {
            using var response = await client.SendAsync(request, cancellationToken);
            var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            if (!response.IsSuccessStatusCode)
            {
                throw new CoordinatorException(response.StatusCode, $"{Name(path)}: {(int)response.StatusCode} {Message(body) ?? response.ReasonPhrase}")
                {
                    RetryAfter = response.Headers.RetryAfter?.Delta,
                };
            }

            var envelope = JsonSerializer.Deserialize<Envelope<T>>(body, Json) ?? throw Unreadable(path, "null");
            return envelope.Code == 200
                ? envelope.Data
                : throw new CoordinatorException((HttpStatusCode)envelope.Code, $"{Name(path)}: {envelope.Code} {envelope.Msg}");
        }
        catch (HttpRequestException e)
        {
            throw new CoordinatorException(HttpStatusCode.ServiceUnavailable, $"{Name(path)}: {e.Message}", e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CoordinatorException(HttpStatusCode.GatewayTimeout, $"{Name(path)}: no answer within {client.Timeout.TotalSeconds:0} s", e);
        }
        catch (JsonException e)
        {
            throw Unreadable(path, e.Message);
        }
    }

    private static string? Message(byte[] body)
    {
        try
        {
            return JsonSerializer.Deserialize<Envelope<NoData>>(body, Json)?.Msg;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static CoordinatorException Unreadable(string path, string why) =>
        new(HttpStatusCode.BadGateway, $"{Name(path)}: an unreadable answer, {why}");

    /// <summary>The operation alone: a client id is a secret, and does not belong into messages.</summary>
    private static string Name(string path) => path.Split('/', '?')[0];

    private static string Escape(string text) => Uri.EscapeDataString(text);

    private async Task RetryAsync(Func<Task> send, int attempts, CancellationToken cancellationToken)
    {
        var pause = new Backoff(TimeSpan.FromSeconds(0.2), TimeSpan.FromSeconds(5));
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await send();
                return;
            }
            catch (CoordinatorException e) when (e.IsTransient && attempt < attempts)
            {
                await Task.Delay(e.RetryAfter ?? pause.Next(), _time, cancellationToken);
            }
        }
    }
}
