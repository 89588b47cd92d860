using System.Diagnostics;
using System.Text;
using EmptyNumber.Accounts.Model;
using Microsoft.Extensions.Options;

namespace EmptyNumber.Accounts.Infrastructure.Sms;

/// <summary>Has a provider send messages, by one POST each as <see cref="SmsOptions"/> describes it.</summary>
internal sealed class HttpSmsSender(IOptions<SmsOptions> options) : ISmsSender, IDisposable
{
    private const int MaxAnswerBytes = 64 * 1024;

    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        // Our traces are nobody else's business.
        ActivityHeadersPropagator = DistributedContextPropagator.CreateNoOutputPropagator(),
        PooledConnectionLifetime = TimeSpan.FromMinutes(1),
    })
    {
        Timeout = options.Value.Timeout,
        MaxResponseContentBufferSize = MaxAnswerBytes,
    };

    /// <inheritdoc />
    public async Task SendAsync(string tel, string code, CancellationToken cancellationToken)
    {
        try
        {
            using var request = Request(tel, code);
            using var response = await _http.SendAsync(request, cancellationToken);
            if (!response.IsSuccessStatusCode)
                throw new SmsException($"The provider answered {(int)response.StatusCode}.");
            // Whatever encoding the answer names: it may be one that is not known here, such as GBK.
            var answer = Encoding.UTF8.GetString(await response.Content.ReadAsByteArrayAsync(cancellationToken));
            if (!answer.Contains(options.Value.Accepted, StringComparison.Ordinal))
                throw new SmsException("The provider refused: its answer does not contain Sms:Accepted.");
        }
        catch (Exception e) when (e is HttpRequestException || e is OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            throw new SmsException("The provider does not answer.", e);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _http.Dispose();

    private HttpRequestMessage Request(string tel, string code)
    {
        var fields = options.Value.Fields.ToDictionary(
            field => field.Key, field => field.Value.Replace(SmsOptions.Tel, tel, StringComparison.Ordinal).Replace(SmsOptions.Code, code, StringComparison.Ordinal));
        var request = new HttpRequestMessage(HttpMethod.Post, options.Value.Endpoint)
        {
            Content = options.Value.Json ? JsonContent.Create(fields) : new FormUrlEncodedContent(fields),
        };
        foreach (var (name, value) in options.Value.Headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return request;
    }
}
