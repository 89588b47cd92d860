using EmptyNumber.ServiceDefaults.Data;
using EmptyNumber.ServiceDefaults.Errors;
using EmptyNumber.ServiceDefaults.Outbox;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace EmptyNumber.ServiceDefaults.Messaging;

/// <summary>A service and its queues.</summary>
public static class MessagingExtensions
{
    private static readonly TimeSpan PassingTroublePause = TimeSpan.FromSeconds(10);

    /// <summary>Ten thousand pauses of ten seconds: longer than any outage that nobody attends to.</summary>
    private const int PassingTroubleRetries = 10_000;

    /// <summary>
    /// Adds the bus (<c>ConnectionStrings:rabbitmq</c>) and the relay of the service's outbox: quorum queues, publisher confirms.
    /// A message that fails because a server is away waits for it, however long; one that fails otherwise is retried for about a
    /// minute, then parked on the error queue <c>{queue}_error</c>. The broker itself never drops one.
    /// </summary>
    /// <param name="builder">The service.</param>
    /// <param name="service">Its name, the prefix of its queues.</param>
    /// <param name="consumers">Adds its consumers.</param>
    public static void AddMessaging<TDb>(this IHostApplicationBuilder builder, string service, Action<IBusRegistrationConfigurator> consumers)
        where TDb : ServiceDb
    {
        builder.Services.Configure<MassTransitHostOptions>(host =>
        {
            host.WaitUntilStarted = true;
            host.StartTimeout = TimeSpan.FromSeconds(60);
            host.StopTimeout = TimeSpan.FromSeconds(8);
        });
        builder.Services.AddMassTransit(bus =>
        {
            bus.DisableUsageTelemetry();
            bus.SetEndpointNameFormatter(new KebabCaseEndpointNameFormatter(service, includeNamespace: false));
            consumers(bus);
            bus.AddConfigureEndpointsCallback((_, _, endpoint) =>
            {
                endpoint.UseMessageRetry(retry =>
                {
                    retry.Handle<Exception>(UnavailableException.IsPassing);
                    retry.Interval(PassingTroubleRetries, PassingTroublePause);
                });
                endpoint.UseMessageRetry(retry =>
                {
                    retry.Ignore<Exception>(UnavailableException.IsPassing);
                    retry.Exponential(
                        retryLimit: 10, minInterval: TimeSpan.FromMilliseconds(50), maxInterval: TimeSpan.FromSeconds(15), intervalDelta: TimeSpan.FromMilliseconds(100));
                });
                if (endpoint is IRabbitMqReceiveEndpointConfigurator queue)
                    queue.SetQuorumQueue();
            });
            bus.UsingRabbitMq((context, rabbit) =>
            {
                var configured = context.GetRequiredService<IConfiguration>().GetConnectionString("rabbitmq")
                    ?? throw new InvalidOperationException("ConnectionStrings:rabbitmq is not configured.");
                rabbit.Host(new Uri(configured));
                rabbit.ConfigureEndpoints(context);
            });
        });
        builder.Services.AddHostedService<OutboxRelay<TDb>>();
        builder.Services.AddHostedService<BusWatch>();
    }
}
