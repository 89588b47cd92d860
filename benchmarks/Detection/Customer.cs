using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json;

namespace EmptyNumber.Benchmarks.Detection;

/// <summary>What a customer does, through the gateway.</summary>
/// <param name="http">Logged in.</param>
internal sealed class Customer(HttpClient http)
{
    /// <summary>Submits a list.</summary>
    /// <returns>The task, and the seconds from the first byte sent until the whole answer was there.</returns>
    public Task<(long Task, double Seconds)> SubmitAsync(byte[] json, CancellationToken cancellationToken)
    {
        var content = new ByteArrayContent(json);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return SendAsync("/detect/", content, cancellationToken);
    }

    /// <summary>Submits a file from the disk.</summary>
    /// <inheritdoc cref="SubmitAsync" />
    public async Task<(long Task, double Seconds)> SubmitFileAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(path);
        return await SendAsync("/detect/file/?max_age_hours=0", new MultipartFormDataContent { { new StreamContent(file), "file", "numbers.txt" } }, cancellationToken);
    }

    /// <summary>Reads all tasks with all their records.</summary>
    /// <returns>Bytes of the answer.</returns>
    public async Task<long> ReadAllAsync(CancellationToken cancellationToken)
    {
        await using var body = await http.GetStreamAsync("/phone/", cancellationToken);
        var buffer = new byte[64 * 1024];
        long bytes = 0;
        while (await body.ReadAsync(buffer, cancellationToken) is > 0 and var read)
            bytes += read;
        return bytes;
    }

    /// <summary>Deletes a task.</summary>
    public async Task DeleteAsync(long task, CancellationToken cancellationToken)
    {
        using var response = await http.DeleteAsync($"/phone/{task}/", cancellationToken);
        response.EnsureSuccessStatusCode();
    }

    private async Task<(long Task, double Seconds)> SendAsync(string path, HttpContent content, CancellationToken cancellationToken)
    {
        var begin = Stopwatch.GetTimestamp();
        using var response = await http.PostAsync(path, content, cancellationToken);
        var body = await response.Content.ReadAsStringAsync(cancellationToken);
        var seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        if (!response.IsSuccessStatusCode)
            throw new InvalidOperationException($"POST {path}: {(int)response.StatusCode} {body}");
        return (JsonDocument.Parse(body).RootElement.GetProperty("task_id").GetInt64(), seconds);
    }
}
