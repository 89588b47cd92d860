using System.Net.Http.Json;

namespace EmptyNumber.WholeSuite;

/// <summary>
/// A dialer as its document describes it, at the gateway. Each operation is one request; what is not answered with 200 is an
/// <see cref="HttpRequestException"/> with the status.
/// </summary>
/// <param name="gateway">A client of a trusted network, which other dialers may share.</param>
public sealed class DialerClient(HttpClient gateway)
{
    /// <summary>Its id, once it has joined.</summary>
    public string Id { get; private set; } = "";

    /// <summary>The extensions that it was last told to have.</summary>
    public IReadOnlyList<string> Extensions { get; private set; } = [];

    /// <summary>Joins; it has no extensions yet.</summary>
    public async Task NotifyAsync(CancellationToken cancellationToken)
    {
        Id = (await GetAsync<Joined>("/notify", cancellationToken)).ClientId;
        Extensions = [];
    }

    /// <summary>Leases extensions, those that it has already included.</summary>
    /// <param name="count">How many.</param>
    /// <param name="partial">Whether fewer will do.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task LeaseAsync(int count, bool partial, CancellationToken cancellationToken)
    {
        var leased = await GetAsync<Leased>($"/accounts/{Id}?threadsNum={count}{(partial ? "&partial=true" : "")}", cancellationToken);
        Extensions = [.. leased.Accounts.Select(account => account.ExtensionNum)];
    }

    /// <summary>Asks for numbers for its free extensions.</summary>
    public async Task<IReadOnlyList<Plan>> DialPlanAsync(CancellationToken cancellationToken) =>
        (await GetAsync<Plans>($"/dialplan/{Id}", cancellationToken)).Dialplans;

    /// <summary>Reports what an extension is doing.</summary>
    public Task StatusAsync(string status, string extension, string number, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, $"/status/{Id}?status={status}&extensionNum={extension}&phoneNum={number}", null, cancellationToken);

    /// <summary>Says that it is alive.</summary>
    public Task BeatAsync(CancellationToken cancellationToken) => SendAsync(HttpMethod.Post, $"/heartbeat/{Id}", null, cancellationToken);

    /// <summary>Uploads what was heard.</summary>
    public Task UploadAsync(string extension, string number, byte[] wav, CancellationToken cancellationToken) => SendAsync(
        HttpMethod.Post, $"/dial_wav/{Id}",
        new MultipartFormDataContent
        {
            { new ByteArrayContent(wav), "file_name", $"{number}.wav" },
            { new StringContent(extension), "extensionNum" },
            { new StringContent(number), "phone" },
        },
        cancellationToken);

    /// <summary>Leaves; gives everything back.</summary>
    public Task LeaveAsync(CancellationToken cancellationToken) => SendAsync(HttpMethod.Delete, $"/notify/{Id}", null, cancellationToken);

    private async Task<T> GetAsync<T>(string path, CancellationToken cancellationToken) =>
        (await gateway.GetFromJsonAsync<Envelope<T>>(path, cancellationToken))!.Data;

    private async Task SendAsync(HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        using var response = await gateway.SendAsync(request, cancellationToken);
        response.EnsureSuccessStatusCode();
    }

    private sealed record Envelope<T>(T Data);

    private sealed record Joined(string ClientId);

    private sealed record Leased(IReadOnlyList<Account> Accounts);

    private sealed record Account(string ExtensionNum);

    private sealed record Plans(IReadOnlyList<Plan> Dialplans);
}

/// <summary>A number to call, and the extension that is to call it.</summary>
public sealed record Plan(string ExtensionNum, string PhoneNum);
