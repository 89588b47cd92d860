using EmptyNumber.DialerCoordinator.Consumers;
using EmptyNumber.DialerCoordinator.Infrastructure;
using EmptyNumber.DialerCoordinator.Model;
using EmptyNumber.ServiceDefaults.Data;
using EmptyNumber.ServiceDefaults.Messaging;
using EmptyNumber.ServiceDefaults.Recordings;
using EmptyNumber.ServiceDefaults.Redis;
using MassTransit;

namespace EmptyNumber.DialerCoordinator;

internal static class Extensions
{
    /// <summary>The service's own parts.</summary>
    public static void AddDialerCoordinator(this IHostApplicationBuilder builder)
    {
        builder.AddDatabase<CoordinatorDb>("coordinatordb");
        builder.AddRedis();
        builder.AddRecordingStore();
        builder.AddMessaging<CoordinatorDb>("coordinator", bus =>
        {
            bus.AddConsumer<NumbersQueuedConsumer, NumbersQueuedConsumerDefinition>();
            bus.AddConsumer<TaskDeletedConsumer>();
            bus.AddConsumer<CallClassifiedConsumer, CallClassifiedConsumerDefinition>();
        });
        builder.Services.AddOptions<FleetOptions>().BindConfiguration("Fleet").ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddOptions<RetryOptions>().BindConfiguration("RetryPolicy").ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<Leases>();
        builder.Services.AddScoped<DialQueue>();
        builder.Services.AddScoped<CallLedger>();
        builder.Services.AddHostedService<FleetWatch>();
    }
}
