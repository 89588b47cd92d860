using System.Buffers.Binary;
using System.Text.Json;

namespace EmptyNumber.DialerCoordinator.Tests;

/// <summary>A dialer as its document describes it.</summary>
public sealed class DialerClient(HttpClient gateway) : EnvelopeClient(gateway)
{
    /// <summary>Given by <see cref="NotifyAsync"/>.</summary>
    public string Id { get; private set; } = "";

    /// <summary>Joins, and leases extensions.</summary>
    public async Task<string[]> JoinAsync(int threads, string name = "")
    {
        await NotifyAsync(name);
        return await AccountsAsync(threads);
    }

    public async Task NotifyAsync(string name = "") => Id = (await SendAsync("GET", $"/notify?name={name}")).GetProperty("clientId").GetString()!;

    public async Task<string[]> AccountsAsync(int threads, string more = "", int expected = 200)
    {
        var data = await SendAsync("GET", $"/accounts/{Id}?threadsNum={threads}{more}", expected);
        return expected != 200 ? [] : [.. data.GetProperty("accounts").EnumerateArray().Select(account => account.GetProperty("extensionNum").GetString()!)];
    }

    public async Task<(string Extension, string Number)[]> DialPlanAsync() =>
        [.. (await SendAsync("GET", $"/dialplan/{Id}")).GetProperty("dialplans").EnumerateArray()
            .Select(plan => (plan.GetProperty("extensionNum").GetString()!, plan.GetProperty("phoneNum").GetString()!))];

    public Task<JsonElement> StatusAsync(string status, string extension, string number = "", int expected = 200) =>
        SendAsync("GET", $"/status/{Id}?status={status}&extensionNum={extension}&phoneNum={number}", expected);

    public Task<JsonElement> BeatAsync(int expected = 200) => SendAsync("POST", $"/heartbeat/{Id}", expected);

    public Task<JsonElement> LeaveAsync(int expected = 200) => SendAsync("DELETE", $"/notify/{Id}", expected);

    public async Task<JsonElement> UploadAsync(string extension, string number, byte[]? wav = null, int expected = 200)
    {
        using var form = new MultipartFormDataContent
        {
            { new ByteArrayContent(wav ?? Wav(number)), "file_name", "call.wav" },
            { new StringContent(extension), "extensionNum" },
            { new StringContent(number), "phone" },
            { new StringContent("200"), "sip_code" },
        };
        using var response = await Http.PostAsync($"/dial_wav/{Id}", form);
        return await ReadAsync(response, expected);
    }

    /// <summary>A recording of half a second, another one for every text: 8 kHz, PCM16.</summary>
    public static byte[] Wav(string text, int samples = 4000)
    {
        var wav = new byte[44 + samples * 2];
        "RIFF"u8.CopyTo(wav);
        BinaryPrimitives.WriteInt32LittleEndian(wav.AsSpan(4), wav.Length - 8);
        "WAVEfmt "u8.CopyTo(wav.AsSpan(8));
        BinaryPrimitives.WriteInt32LittleEndian(wav.AsSpan(16), 16);
        BinaryPrimitives.WriteInt16LittleEndian(wav.AsSpan(20), 1);
        BinaryPrimitives.WriteInt16LittleEndian(wav.AsSpan(22), 1);
        BinaryPrimitives.WriteInt32LittleEndian(wav.AsSpan(24), 8000);
        BinaryPrimitives.WriteInt32LittleEndian(wav.AsSpan(28), 16000);
        BinaryPrimitives.WriteInt16LittleEndian(wav.AsSpan(32), 2);
        BinaryPrimitives.WriteInt16LittleEndian(wav.AsSpan(34), 16);
        "data"u8.CopyTo(wav.AsSpan(36));
        BinaryPrimitives.WriteInt32LittleEndian(wav.AsSpan(40), samples * 2);
        new Random(text.GetHashCode(StringComparison.Ordinal)).NextBytes(wav.AsSpan(44));
        return wav;
    }
}
