using System.IO.Compression;
using Microsoft.AspNetCore.Http;

namespace EmptyNumber.Gateway.Tests;

public sealed class AnswerTests
{
    private static readonly string Text = string.Concat(Enumerable.Repeat("""{"number":"13800000000"},""", 500));

    [Theory]
    [InlineData("application/json")]
    [InlineData("text/csv; charset=utf-8")]
    public async Task Text_is_compressed_for_who_accepts_it(string type)
    {
        await using var backend = await Backend.StartAsync(context => AnswerAsync(context, type));
        await using var gateway = await Gateways.StartAsync(backend);
        using var client = gateway.Outsider();
        using var plain = await client.GetAsync("/phone/1/");
        plain.Content.Headers.ContentEncoding.ShouldBeEmpty();
        (await plain.Content.ReadAsStringAsync()).ShouldBe(Text);

        client.DefaultRequestHeaders.Add("Accept-Encoding", "gzip");
        using var compressed = await client.GetAsync("/phone/1/");
        compressed.Content.Headers.ContentEncoding.ShouldBe(["gzip"]);
        using var unzipped = new StreamReader(new GZipStream(await compressed.Content.ReadAsStreamAsync(), CompressionMode.Decompress));
        (await unzipped.ReadToEndAsync()).ShouldBe(Text);
    }

    [Fact]
    public async Task A_recording_is_not_compressed_and_keeps_its_ranges()
    {
        await using var backend = await Backend.StartAsync(context =>
        {
            context.Response.Headers.AcceptRanges = "bytes";
            return AnswerAsync(context, "audio/wav");
        });
        await using var gateway = await Gateways.StartAsync(backend);
        using var client = gateway.Outsider();
        client.DefaultRequestHeaders.Add("Accept-Encoding", "gzip, br");
        client.DefaultRequestHeaders.Add("Range", "bytes=0-9");
        using var response = await client.GetAsync("/record/1/recording");
        response.Content.Headers.ContentEncoding.ShouldBeEmpty();
        response.Headers.AcceptRanges.ShouldBe(["bytes"]);
        backend.Requests.Single().Headers["Range"].ShouldBe("bytes=0-9");
    }

    [Theory]
    [InlineData("/states")]
    [InlineData("/nowhere")]
    [InlineData("/docs/index.html")]
    public async Task Every_answer_carries_the_security_headers(string path)
    {
        await using var backend = await Backend.StartAsync();
        await using var gateway = await Gateways.StartAsync(backend);
        using var client = gateway.Outsider();
        using var response = await client.GetAsync(path);
        response.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        response.Headers.GetValues("X-Frame-Options").ShouldBe(["DENY"]);
        response.Headers.GetValues("Content-Security-Policy").Single().ShouldContain("frame-ancestors 'none'");
        response.Headers.GetValues("Referrer-Policy").ShouldBe(["no-referrer"]);
        response.Headers.Contains("Server").ShouldBeFalse();
    }

    private static Task AnswerAsync(HttpContext context, string type)
    {
        context.Response.ContentType = type;
        return context.Response.WriteAsync(Text);
    }
}
