using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace EmptyNumber.AppHost.Sample;

/// <summary>What a customer's program would call, and no more: everything through the gateway.</summary>
internal sealed class GatewayClient(Uri gateway) : IDisposable
{
    private const int LoggedIn = 30000;
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private readonly HttpClient _http = new() { BaseAddress = gateway, Timeout = TimeSpan.FromSeconds(30) };

    public async Task<bool> IsHealthyAsync(CancellationToken ct)
    {
        try
        {
            using var response = await _http.GetAsync("/health", ct);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <exception cref="SampleException">The user is unknown or the password is wrong.</exception>
    public async Task LogInAsync(string username, string password, CancellationToken ct)
    {
        using var response = await _http.PostAsJsonAsync("/api/login/", new { username, password }, ct);
        var answer = await ReadAsync<LoginAnswer>(response, ct);
        if (answer.Code != LoggedIn)
            throw new SampleException($"{username} could not log in: {answer.Message}");
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Token", answer.Token);
    }

    /// <summary>Submits numbers, to be dialled even where an earlier verdict is at hand.</summary>
    public async Task<long> SubmitAsync(IReadOnlyList<string> numbers, CancellationToken ct)
    {
        using var response = await _http.PostAsJsonAsync("/detect/", new { numbers, max_age_hours = 0 }, ct);
        return (await ReadAsync<SubmitAnswer>(response, ct)).TaskId;
    }

    public Task<Progress> ProgressAsync(long task, CancellationToken ct) => GetAsync<Progress>($"/detect/{task}/process/", ct);

    public Task<Record[]> RecordsAsync(long task, CancellationToken ct) => GetAsync<Record[]>($"/phone/{task}/", ct);

    public Task<RecordDetail> RecordAsync(long record, CancellationToken ct) => GetAsync<RecordDetail>($"/record/{record}/", ct);

    public void Dispose() => _http.Dispose();

    private async Task<T> GetAsync<T>(string path, CancellationToken ct)
    {
        using var response = await _http.GetAsync(path, ct);
        return await ReadAsync<T>(response, ct);
    }

    private static async Task<T> ReadAsync<T>(HttpResponseMessage response, CancellationToken ct)
    {
        if (!response.IsSuccessStatusCode)
            throw new SampleException(
                $"{response.RequestMessage!.RequestUri} answered {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync(ct)}");
        return await response.Content.ReadFromJsonAsync<T>(Json, ct)
            ?? throw new SampleException($"{response.RequestMessage!.RequestUri} answered null.");
    }

    private sealed record LoginAnswer(int Code, string Message, string? Token);

    private sealed record SubmitAnswer(long TaskId);
}

/// <summary>How far a task is.</summary>
internal sealed record Progress(int Finished, int Total);

/// <summary>A number of a task.</summary>
internal sealed record Record(long Id, string Number, int State, string Carrier);

/// <summary>A number of a task, with the evidence for its state.</summary>
internal sealed record RecordDetail(string StateText, int? EmbeddedState, double Confidence, IReadOnlyList<Attempt> Attempts);

/// <summary>A call to a number.</summary>
internal sealed record Attempt(string? Tone, HeardAnnouncement? Announcement, string? Failure);

/// <summary>The announcement that a call met.</summary>
internal sealed record HeardAnnouncement(string Text);
