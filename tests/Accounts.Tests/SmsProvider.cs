using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace EmptyNumber.Accounts.Tests;

/// <summary>A provider on 127.0.0.1, which notes what it is asked to send.</summary>
internal sealed partial class SmsProvider : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Message> _sent = new();

    private SmsProvider()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(async context =>
        {
            var headers = context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString());
            using var body = new StreamReader(context.Request.Body);
            _sent.Enqueue(new Message(context.Request.Method, context.Request.ContentType!, headers, await body.ReadToEndAsync()));
            await Answer(context);
        });
    }

    /// <summary>How it answers.</summary>
    public Func<HttpContext, Task> Answer { get; set; } = context => context.Response.WriteAsync("""{"error":0}""");

    /// <summary>What it was asked to send, in order.</summary>
    public IReadOnlyList<Message> Sent => [.. _sent];

    /// <summary>The settings that lead to it.</summary>
    public (string Key, string Value)[] Settings =>
    [
        ("Sms:Endpoint", _app.Urls.Single() + "/send"),
        ("Sms:Headers:Authorization", "Basic a2V5"),
        ("Sms:Fields:mobile", "{tel}"),
        ("Sms:Fields:message", "您的验证码是{code}【空号】"),
        ("Sms:Accepted", "\"error\":0"),
    ];

    public static async Task<SmsProvider> StartAsync()
    {
        var provider = new SmsProvider();
        await provider._app.StartAsync();
        return provider;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }

    internal sealed partial record Message(string Method, string ContentType, IReadOnlyDictionary<string, string> Headers, string Body)
    {
        /// <summary>The six digits in its text.</summary>
        public string Code => SixDigits().Match(Uri.UnescapeDataString(Body)).Groups[1].Value;

        [GeneratedRegex("是([0-9]{6})【")]
        private static partial Regex SixDigits();
    }
}
