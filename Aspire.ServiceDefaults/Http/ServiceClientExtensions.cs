using EmptyNumber.ServiceDefaults.Authentication;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace EmptyNumber.ServiceDefaults.Http;

/// <summary>HTTP clients of the suite's own services.</summary>
public static class ServiceClientExtensions
{
    /// <summary>The addresses of a service's replicas, <c>services:name:http:n</c> as Aspire gives them.</summary>
    public static IReadOnlyList<Uri> ServiceAddresses(this IConfiguration configuration, string service) =>
        [.. configuration.GetSection($"services:{service}:http").GetChildren().Select(address => new Uri(address.Value!))];

    /// <summary>
    /// A client named as the service. It takes the replicas in turn, gives a call 2 s and the whole 10 s, tries again on
    /// another replica when the answer may differ there.
    /// </summary>
    public static IHttpClientBuilder AddServiceClient(this IHostApplicationBuilder builder, string service)
    {
        var pipeline = new ResiliencePipelineBuilder<HttpResponseMessage>()
            .AddTimeout(TimeSpan.FromSeconds(10))
            .AddRetry(new RetryStrategyOptions<HttpResponseMessage>
            {
                MaxRetryAttempts = 3,
                Delay = TimeSpan.FromMilliseconds(100),
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                ShouldHandle = new PredicateBuilder<HttpResponseMessage>().Handle<HttpRequestException>().Handle<TimeoutRejectedException>()
                    .HandleResult(response => (int)response.StatusCode >= 500),
                OnRetry = outcome =>
                {
                    outcome.Outcome.Result?.Dispose();
                    return default;
                },
            })
            .AddTimeout(TimeSpan.FromSeconds(2))
            .Build();
        var key = builder.Configuration[ForwardedIdentity.KeySetting];
        return builder.Services
            .AddHttpClient(service, http =>
            {
                http.BaseAddress = new Uri($"http://{service}");
                http.DefaultRequestHeaders.Add(ForwardedIdentity.KeyHeader, key);
            })
            .AddHttpMessageHandler(() => new ResilientHandler(pipeline))
            .AddHttpMessageHandler(services => new ReplicaHandler(services.GetRequiredService<IConfiguration>().ServiceAddresses(service)));
    }

    /// <summary>Runs a request through a pipeline. The calls of the suite are idempotent and their bodies are buffered.</summary>
    private sealed class ResilientHandler(ResiliencePipeline<HttpResponseMessage> pipeline) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            pipeline.ExecuteAsync(async token => await base.SendAsync(request, token), cancellationToken).AsTask();
    }

    /// <summary>Sends each request to the next replica.</summary>
    private sealed class ReplicaHandler(IReadOnlyList<Uri> replicas) : DelegatingHandler
    {
        private uint _turn;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (replicas.Count == 0)
                throw new HttpRequestException($"No address is configured for {request.RequestUri?.Host} (services:{request.RequestUri?.Host}:http:0).");
            var replica = replicas[(int)(Interlocked.Increment(ref _turn) % (uint)replicas.Count)];
            request.RequestUri = new Uri(replica, request.RequestUri!.PathAndQuery);
            return base.SendAsync(request, cancellationToken);
        }
    }
}
