using EmptyNumber.ServiceDefaults.Data;
using EmptyNumber.ServiceDefaults.Outbox;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace EmptyNumber.ServiceDefaults.Messaging;

/// <summary>A service and its queues.</summary>
public static class MessagingExtensions
{
    /// <summary>Redeliveries by the broker, when consumers die with a message, before it is dropped from a queue.</summary>
    private const int DeliveryLimit = 20;

    /// <summary>
    /// Adds the bus (<c>ConnectionStrings:rabbitmq</c>) and the relay of the service's outbox: quorum queues, publisher
    /// confirms, retries for about a minute, then the error queue <c>{queue}_error</c>.
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
                endpoint.UseMessageRetry(retry => retry.Exponential(
                    retryLimit: 10, minInterval: TimeSpan.FromMilliseconds(50), maxInterval: TimeSpan.FromSeconds(15), intervalDelta: TimeSpan.FromMilliseconds(100)));
                if (endpoint is IRabbitMqReceiveEndpointConfigurator queue)
                {
                    queue.SetQuorumQueue();
                    queue.SetQueueArgument("x-delivery-limit", DeliveryLimit);
                }
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
    }
}
